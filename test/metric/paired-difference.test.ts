import assert from "node:assert/strict";

import { pairedDifference } from "../../src/metric/paired-difference.ts";
import { assertNear } from "./scorer-golden.ts";
import { statisticsGolden } from "./statistics-golden.ts";

describe("metric/paired-difference", () => {
  for (const [index, wanted] of statisticsGolden.paired.entries()) {
    const pairs = wanted.base.map((base, i) => ({ base, tuned: wanted.tuned[i] ?? null }));
    const grouped = pairs.map((pair, i) => ({ ...pair, group: wanted.groups[i] ?? -1 }));

    it(`pairedDifference() equals statsmodels and evalstats on ${pairs.length} pairs, case ${index}`, () => {
      const found = pairedDifference(pairs);
      assertNear(found.value, wanted.value, "value");
      assertNear(found.standardError, wanted.standardError, "standard error");
      assertNear(found.pValue, wanted.pValue, "p");
      assertNear(found.interval?.[0], wanted.interval[0], "low");
      assertNear(found.interval?.[1], wanted.interval[1], "high");
      assertNear(found.interval?.[0], wanted.evalstats.interval[0], "evalstats' low");
      assertNear(found.pValue, wanted.evalstats.pValue, "evalstats' p");
      assertNear(pairedDifference(pairs, { level: 0.99 }).interval?.[0], wanted.interval99[0], "low of 99 %");
    });

    it(`pairedDifference() clusters as statsmodels on ${pairs.length} pairs, case ${index}`, () => {
      const found = pairedDifference(grouped);
      assertNear(found.standardError, wanted.clustered.standardError, "standard error");
      assertNear(found.pValue, wanted.clustered.pValue, "p");
      assertNear(found.interval?.[1], wanted.clustered.interval[1], "high");
      assert.equal(found.degreesOfFreedom, new Set(wanted.groups).size - 1);
    });
  }

  it("pairedDifference() leaves out and counts samples without one of the scores", () => {
    const found = pairedDifference([
      { base: 0, tuned: 1 },
      { base: null, tuned: 1 },
      { base: 0, tuned: null },
      { base: 1, tuned: 1 },
    ]);
    assert.deepEqual([found.value, found.n, found.unscored], [0.5, 2, 2]);
  });

  it("pairedDifference() has no p-value where the differences do not vary", () => {
    const found = pairedDifference([1, 2, 3].map((base) => ({ base, tuned: base + 1 })));
    assert.equal(found.pValue, null);
    assert.deepEqual(found.interval, [1, 1]);
    assert.equal(pairedDifference([{ base: 0, tuned: 1 }]).standardError, null);
    assert.equal(pairedDifference([]).value, null);
  });
});
