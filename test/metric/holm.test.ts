import assert from "node:assert/strict";

import { holmAdjusted } from "../../src/metric/holm.ts";
import { assertNear } from "./scorer-golden.ts";
import { statisticsGolden } from "./statistics-golden.ts";

describe("metric/holm", () => {
  for (const [pValues, wanted] of statisticsGolden.holm) {
    it(`holmAdjusted() equals statsmodels on ${pValues.length} comparisons`, () => {
      for (const [i, adjusted] of holmAdjusted(pValues).entries()) assertNear(adjusted, wanted[i] ?? NaN, i);
    });
  }

  it("holmAdjusted() does not count comparisons without a p-value", () => {
    assert.deepEqual(holmAdjusted([0.01, null, 0.5]), [0.02, null, 0.5]);
  });

  it("holmAdjusted() rejects what is no probability", () => {
    assert.throws(() => holmAdjusted([0.5, 1.5]), {
      name: "RangeError",
      message: 'Cannot correct p-values at "1": expected one in [0, 1], got 1.5',
    });
    assert.throws(() => holmAdjusted([NaN]), { name: "RangeError" });
  });
});
