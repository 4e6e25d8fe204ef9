import assert from "node:assert/strict";

import { changeDeviation, detectableDifference } from "../../src/metric/detectable-difference.ts";
import { assertNear } from "./scorer-golden.ts";
import { statisticsGolden } from "./statistics-golden.ts";

describe("metric/detectable-difference", () => {
  for (const [n, alpha, power, effect] of statisticsGolden.detectable) {
    it(`detectableDifference() equals statsmodels for n ${n}, alpha ${alpha}, power ${power.toFixed(2)}`, () => {
      assertNear(detectableDifference(1 / Math.sqrt(n), { alpha, power }), effect, "effect");
    });
  }

  it("changeDeviation() is the standard deviation of the differences of right answers", () => {
    const differences = [...Array<number>(30).fill(1), ...Array<number>(10).fill(-1), ...Array<number>(60).fill(0)];
    const mean = 0.2;
    const variance = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / 100;
    assertNear(changeDeviation({ gained: 0.3, lost: 0.1 }), Math.sqrt(variance), "sd");
  });

  it("detectableDifference() rejects an impossible test", () => {
    assert.throws(() => detectableDifference(-1), { name: "RangeError", message: /a standard error >= 0, got -1/ });
    assert.throws(() => detectableDifference(1, { power: 1 }), { name: "RangeError", message: /alpha < power < 1/ });
    assert.throws(() => detectableDifference(1, { alpha: 0.5, power: 0.4 }), { name: "RangeError" });
  });
});
