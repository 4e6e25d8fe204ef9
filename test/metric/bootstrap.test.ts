import assert from "node:assert/strict";

import { seededRandom } from "../../src/base/random.ts";
import { bootstrapInterval, percentile, type Statistic } from "../../src/metric/bootstrap.ts";
import { assertNear } from "./scorer-golden.ts";
import { statisticsGolden } from "./statistics-golden.ts";

function meanOf(values: readonly number[]): Statistic {
  return (indices) => indices.reduce((sum, i) => sum + (values[i] ?? NaN), 0) / indices.length;
}

/** evalstats rounds the places of a BCa interval otherwise than scipy. */
const evalstatsTolerance = 1e-4;

describe("metric/bootstrap", () => {
  for (const wanted of statisticsGolden.bootstrap) {
    const { values, seed, resamples } = wanted;
    it(`bootstrapInterval() equals numpy, scipy and evalstats on the same resamples, seed ${seed}`, () => {
      const run = (method: "percentile" | "bca"): ReturnType<typeof bootstrapInterval> =>
        bootstrapInterval(values.length, meanOf(values), { random: seededRandom(seed), resamples, method });
      const plain = run("percentile");
      assertNear(plain.standardError, wanted.standardError, "standard error");
      for (const end of [0, 1] as const) {
        assertNear([plain.low, plain.high][end], wanted.percentile[end], "percentile");
        assertNear([plain.low, plain.high][end], wanted.evalstatsPercentile[end], "evalstats' percentile");
        const bca = run("bca");
        assertNear([bca.low, bca.high][end], wanted.bca[end], "bca");
        assert.ok(Math.abs(([bca.low, bca.high][end] ?? NaN) - wanted.evalstatsBca[end]) < evalstatsTolerance);
      }
    });
  }

  it("bootstrapInterval() is the same for the same seed", () => {
    const run = (seed: number): unknown =>
      bootstrapInterval(5, meanOf([1, 2, 3, 4, 9]), { random: seededRandom(seed), resamples: 50 });
    assert.deepEqual(run(7), run(7));
    assert.notDeepEqual(run(7), run(8));
  });

  it("bootstrapInterval() draws whole groups", () => {
    const seen = new Set<string>();
    bootstrapInterval(4, (indices) => seen.add([...indices].join()).size, {
      random: seededRandom(1),
      resamples: 100,
      groups: ["a", "a", "b", "b"],
    });
    assert.deepEqual([...seen].sort(), ["0,1,0,1", "0,1,2,3", "2,3,0,1", "2,3,2,3"]);
  });

  it("percentile() stands between two values in proportion", () => {
    assert.equal(percentile(Float64Array.of(0, 10), 0.25), 2.5);
    assert.equal(percentile(Float64Array.of(3), 0.9), 3);
  });

  for (const [what, n, options, message] of [
    ["no samples", 0, {}, /expected at least one sample, got 0/],
    ["one resample", 2, { resamples: 1 }, /expected at least 2 resamples, got 1/],
    ["a level of 1", 2, { level: 1 }, /expected a level in \(0, 1\), got 1/],
    ["too few groups", 2, { groups: ["a"] }, /expected a group for each of 2 samples, got 1/],
  ] as const) {
    it(`bootstrapInterval() rejects ${what}`, () => {
      const random = seededRandom(1);
      assert.throws(() => bootstrapInterval(n, () => 0, { random, ...options }), { name: "RangeError", message });
    });
  }
});
