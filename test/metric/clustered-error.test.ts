import assert from "node:assert/strict";

import { clusteredEstimate } from "../../src/metric/clustered-error.ts";
import { meanEstimate } from "../../src/metric/estimate.ts";

describe("metric/clustered-error", () => {
  it("clusteredEstimate() is the plain standard error with one sample a group", () => {
    const scores = [0, 1, 1, 0, 1];
    const clustered = clusteredEstimate(scores.map((score, group) => ({ group, score })));
    const plain = meanEstimate(scores);
    assert.equal(clustered.value, plain.value);
    assert.ok(Math.abs((clustered.standardError ?? 0) - (plain.standardError ?? 0)) < 1e-15);
    assert.equal(clustered.groups, 5);
  });

  it("clusteredEstimate() of doubled samples has the error of the single ones", () => {
    const scores = [0, 1, 1, 0, 1];
    const doubled = scores.flatMap((score, group) => [
      { group, score },
      { group, score },
    ]);
    const plain = meanEstimate(scores).standardError ?? 0;
    assert.ok(Math.abs((clusteredEstimate(doubled).standardError ?? 0) - plain) < 1e-15);
  });

  it("clusteredEstimate() counts what is unscored and has no error for one group", () => {
    const found = clusteredEstimate([
      { group: "a", score: 1 },
      { group: "a", score: 0 },
      { group: "b", score: null },
    ]);
    assert.deepEqual(found, { value: 0.5, standardError: null, n: 2, unscored: 1, groups: 1 });
    assert.equal(clusteredEstimate([{ group: "a", score: NaN }]).value, null);
  });
});
