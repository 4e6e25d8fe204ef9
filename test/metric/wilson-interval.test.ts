import assert from "node:assert/strict";

import { wilsonInterval } from "../../src/metric/wilson-interval.ts";
import { assertNear } from "./scorer-golden.ts";
import { statisticsGolden } from "./statistics-golden.ts";

describe("metric/wilson-interval", () => {
  for (const [successes, n, level, low, high, theirLow, theirHigh] of statisticsGolden.wilson) {
    it(`wilsonInterval() equals statsmodels and evalstats for ${successes} of ${n} at ${level}`, () => {
      const found = wilsonInterval(successes, { n, level });
      assertNear(found[0], low, "low");
      assertNear(found[1], high, "high");
      assertNear(found[0], theirLow, "evalstats' low");
      assertNear(found[1], theirHigh, "evalstats' high");
    });
  }

  it("wilsonInterval() rejects more successes than samples", () => {
    assert.throws(() => wilsonInterval(3, { n: 2 }), {
      name: "RangeError",
      message: "Cannot compute an interval: expected 0 <= successes <= n, got 3 of 2",
    });
  });
});
