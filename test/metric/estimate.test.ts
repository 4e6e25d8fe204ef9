import assert from "node:assert/strict";

import { argmax, probabilityShare } from "../../src/metric/choice.ts";
import { meanEstimate, meanOfEstimates } from "../../src/metric/estimate.ts";
import { groupExactMatch } from "../../src/metric/group-exact-match.ts";

describe("metric", () => {
  it("meanEstimate() gives mean and s / sqrt(n), and leaves out what is unscored", () => {
    // Python 3.11.7: statistics.stdev([1, 0, 1, 1]) / 2 = 0.25
    const wanted = { value: 0.75, standardError: 0.25, n: 4, unscored: 2 };
    assert.deepEqual(meanEstimate([1, null, 0, 1, NaN, 1]), wanted);
    assert.deepEqual(meanEstimate([null]), { value: null, standardError: null, n: 0, unscored: 1 });
    assert.deepEqual(meanEstimate([0.5]), { value: 0.5, standardError: null, n: 1, unscored: 0 });
  });

  it("meanOfEstimates() weighs tasks equally and is missing where one is", () => {
    const a = { value: 0.2, standardError: 0.03, n: 10, unscored: 0 };
    const b = { value: 0.6, standardError: 0.04, n: 90, unscored: 1 };
    assert.deepEqual(meanOfEstimates([a, b]), { value: 0.4, standardError: 0.025, n: 100, unscored: 1 });
    assert.equal(meanOfEstimates([a, { ...b, value: null }]).value, null);
    assert.equal(meanOfEstimates([a, { ...b, standardError: null }]).standardError, null);
  });

  it("groupExactMatch() counts complete groups whose members are all right", () => {
    const members = (group: string, ...scores: (number | null)[]): { group: string; score: number | null }[] =>
      scores.map((score) => ({ group, score }));
    const scores = [...members("a", 1, 1), ...members("b", 1, 0), ...members("c", 1), ...members("d", 1, null)];
    assert.deepEqual(groupExactMatch(scores, 2), { value: 0.5, standardError: 0.5, n: 2, unscored: 1 });
  });

  it("argmax() takes the first of equals", () => {
    assert.deepEqual([argmax([-2, -1, -1]), argmax([]), argmax([-Infinity, -Infinity])], [1, -1, 0]);
  });

  it("probabilityShare() is the share on the right choices, also where every probability underflows", () => {
    assert.ok(Math.abs(probabilityShare([Math.log(0.1), Math.log(0.2), Math.log(0.1)], 2) - 0.75) < 1e-15);
    assert.ok(Math.abs(probabilityShare([-2000, -2000 + Math.log(3)], 1) - 0.25) < 1e-12);
    assert.equal(probabilityShare([0, -Infinity], 1), 1);
  });
});
