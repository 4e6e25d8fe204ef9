import assert from "node:assert/strict";

import { ciderD } from "../../src/metric/cider.ts";

describe("metric/cider", () => {
  it("ciderD() is 10 for a caption that is the only reference of its image", () => {
    const { scores } = ciderD([
      { candidate: "a black dog runs fast", references: ["a black dog runs fast"] },
      { candidate: "two cats sleep on beds", references: ["two cats sleep on beds"] },
    ]);
    for (const score of scores) assert.ok(Math.abs(score - 10) < 1e-12, String(score));
  });

  it("ciderD() is 0 for a corpus of one image, where every n-gram is in all images", () => {
    assert.deepEqual(ciderD([{ candidate: "a dog", references: ["a dog"] }]).scores, [0]);
  });

  it("ciderD() clips repeated words and penalises length", () => {
    const other = { candidate: "two cats sleep on beds", references: ["two cats sleep on beds"] };
    const plain = ciderD([{ candidate: "dog runs", references: ["dog runs"] }, other]).scores[0] ?? 0;
    const repeated = ciderD([{ candidate: "dog runs dog runs", references: ["dog runs"] }, other]).scores[0] ?? 0;
    assert.ok(repeated < plain);
  });

  it("ciderD() gives the mean over images with its standard error", () => {
    const { estimate, scores } = ciderD([
      { candidate: "a dog runs", references: ["a dog runs"] },
      { candidate: "a red bus", references: ["two cats sleep"] },
    ]);
    assert.equal(estimate.n, 2);
    assert.equal(estimate.value, ((scores[0] ?? 0) + (scores[1] ?? 0)) / 2);
    assert.ok((estimate.standardError ?? 0) > 0);
  });
});
