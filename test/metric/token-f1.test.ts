import assert from "node:assert/strict";

import { tokenF1 } from "../../src/metric/token-f1.ts";

describe("metric/token-f1", () => {
  it("tokenF1() counts a word as often as it stands in both", () => {
    assert.equal(tokenF1(["a", "a", "b"], ["a", "b", "b"]), 2 / 3);
    assert.equal(tokenF1(["a"], ["b"]), 0);
  });

  it("tokenF1() is 1 for two empty texts and 0 for one", () => {
    assert.equal(tokenF1([], []), 1);
    assert.equal(tokenF1([], ["a"]), 0);
    assert.equal(tokenF1(["a"], []), 0);
  });
});
