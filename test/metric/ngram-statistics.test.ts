import assert from "node:assert/strict";

import { ngramIndex } from "../../src/metric/ngram-index.ts";
import { closestLength, ngramStatistics, sumStatistics } from "../../src/metric/ngram-statistics.ts";

describe("metric/ngram-statistics", () => {
  it("ngramStatistics() clips matches to the reference that has most of them", () => {
    const index = ngramIndex();
    const [candidate, ...references] = ["the the the", "the cat the", "the"].map((text) =>
      index.count(text.split(" ")),
    );
    assert.ok(candidate !== undefined);
    const limits = new Int32Array(index.size());
    const found = ngramStatistics(candidate, { references, limits });
    assert.deepEqual(found, { matches: [2, 0, 0, 0], totals: [3, 2, 1, 0], length: 3, referenceLength: 3 });
    assert.ok(limits.every((limit) => limit === 0));
    assert.deepEqual(sumStatistics([found, found]).matches, [4, 0, 0, 0]);
  });

  it("closestLength() takes the shorter of two as near", () => {
    assert.equal(closestLength(5, [9, 6, 4]), 4);
    assert.equal(closestLength(5, [4, 6]), 4);
    assert.equal(closestLength(5, [7, 8]), 7);
  });
});
