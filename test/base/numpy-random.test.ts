import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { numpyRandom } from "../../src/base/numpy-random.ts";

interface Case {
  readonly seed: number;
  readonly choice: readonly (readonly [n: number, k: number, drawn: readonly number[]])[];
  readonly integer: readonly (readonly [n: number, drawn: number])[];
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/numpy-random.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

describe("base/numpy-random", () => {
  for (const { seed, choice, integer } of cases) {
    it(`numpyRandom(${seed}) draws what numpy.random draws`, () => {
      const random = numpyRandom(seed);
      for (const [n, k, drawn] of choice) assert.deepEqual([...random.permutation(n).subarray(0, k)], drawn);
      for (const [n, drawn] of integer) assert.equal(random.integer(n), drawn, `below ${n}`);
    });
  }

  it("numpyRandom() rejects a seed that numpy does", () => {
    assert.throws(() => numpyRandom(-1), { name: "RangeError", message: /\[0, 2\^32\), got -1/ });
  });
});
