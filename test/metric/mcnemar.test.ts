import assert from "node:assert/strict";

import { mcnemar, mcnemarOfCounts } from "../../src/metric/mcnemar.ts";
import { assertNear } from "./scorer-golden.ts";
import { statisticsGolden } from "./statistics-golden.ts";

describe("metric/mcnemar", () => {
  for (const [gained, lost, exactP, chiSquared, chiSquaredP, midP] of statisticsGolden.mcnemar) {
    it(`mcnemarOfCounts() equals statsmodels, and evalstats' mid-p, for ${gained} gained and ${lost} lost`, () => {
      const found = mcnemarOfCounts(gained, lost);
      assertNear(found.exactP, exactP, "exact");
      assertNear(found.chiSquared, chiSquared, "chi-squared");
      assertNear(found.chiSquaredP, chiSquaredP, "p of chi-squared");
      assertNear(found.midP, midP, "mid-p");
    });
  }

  it("mcnemar() counts samples by direction and leaves out those without both answers", () => {
    const found = mcnemar([
      { base: true, tuned: false },
      { base: false, tuned: true },
      { base: false, tuned: true },
      { base: true, tuned: true },
      { base: null, tuned: true },
      { base: false, tuned: null },
    ]);
    assert.deepEqual([found.gained, found.lost, found.n, found.unscored], [2, 1, 4, 2]);
  });

  it("mcnemar() without any change finds nothing", () => {
    const { exactP, midP, chiSquaredP } = mcnemar([{ base: true, tuned: true }]);
    assert.deepEqual([exactP, midP, chiSquaredP], [1, 1, 1]);
  });
});
