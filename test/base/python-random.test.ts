import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { pythonRandom } from "../../src/base/python-random.ts";

interface Case {
  readonly seed: string | null;
  readonly integer: string | null;
  readonly random: number[];
  readonly getrandbits: [number, number][];
  readonly randbelow: [number, number][];
  readonly shuffle: number[];
  readonly sample: [number, number, number[]][];
  readonly later: number[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/python-random.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

describe("base/python-random", () => {
  for (const wanted of golden.cases) {
    it(`pythonRandom() equals CPython for seed ${JSON.stringify(wanted.seed ?? wanted.integer)}`, () => {
      const random = pythonRandom(wanted.seed ?? BigInt(wanted.integer ?? "0"));
      const shuffled = Array.from({ length: 50 }, (_, i) => i);
      assert.deepEqual(Array.from({ length: 5 }, random.random), wanted.random);
      for (const [bits, drawn] of wanted.getrandbits) assert.equal(random.getrandbits(bits), drawn, `${bits} bits`);
      for (const [bound, drawn] of wanted.randbelow) assert.equal(random.randbelow(bound), drawn, `below ${bound}`);
      random.shuffle(shuffled);
      assert.deepEqual(shuffled, wanted.shuffle);
      for (const [size, count, drawn] of wanted.sample) {
        const population = Array.from({ length: size }, (_, i) => i);
        assert.deepEqual(random.sample(population, count), drawn, `${count} of ${size}`);
      }
      for (let i = 0; i < 700; i++) random.random();
      assert.deepEqual(Array.from({ length: 3 }, random.random), wanted.later);
    });
  }

  it("pythonRandom() takes a number as the same seed as its bigint", () => {
    assert.equal(pythonRandom(42).random(), pythonRandom(42n).random());
  });

  it("pythonRandom() and its draws reject what CPython rejects", () => {
    assert.throws(() => pythonRandom(1.5), { name: "RangeError", message: /expected an integer, got 1.5/ });
    assert.throws(() => pythonRandom(1).randbelow(0), { name: "RangeError", message: /at least 1, got 0/ });
    assert.throws(() => pythonRandom(1).getrandbits(54), { name: "RangeError", message: /1 to 53 bits, got 54/ });
    assert.throws(() => pythonRandom(1).sample([1, 2], 3), { name: "RangeError", message: /in \[0, 2\], got 3/ });
  });
});
