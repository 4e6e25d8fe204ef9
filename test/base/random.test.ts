import assert from "node:assert/strict";

import { seededRandom } from "../../src/base/random.ts";

describe("base/random", () => {
  it("seededRandom() gives the same stream for the same seed and another for another", () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed).uniform);
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
  });

  it("normal() has mean 0 and variance 1", () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: 20000 }, () => random.normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.05, `mean ${mean}, variance ${variance}`);
  });

  it("seededRandom() rejects a seed that is not an integer", () => {
    assert.throws(() => seededRandom(1.5), {
      name: "RangeError",
      message: /expected an integer in \[0, 2\^32\), got 1.5/,
    });
  });
});
