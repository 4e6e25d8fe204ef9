import assert from "node:assert/strict";

import { normalizeVqaWords, stripVqaPunctuation } from "../../src/metric/vqa-normalization.ts";

describe("metric/vqa-normalization", () => {
  it("stripVqaPunctuation() deletes a mark beside a space and parts words at another", () => {
    assert.equal(stripVqaPunctuation("black-white -x"), "blackwhite x");
    assert.equal(stripVqaPunctuation("black-white"), "black white");
  });

  it("stripVqaPunctuation() deletes every mark where a comma stands between digits", () => {
    assert.equal(stripVqaPunctuation("a/b 1,000"), "ab 1000");
  });

  it("stripVqaPunctuation() removes at most 32 periods, and none before a digit", () => {
    assert.equal(stripVqaPunctuation(`${".".repeat(40)}x.5`), `${".".repeat(8)}x.5`);
  });

  it("normalizeVqaWords() maps numbers, articles and contractions", () => {
    assert.equal(normalizeVqaWords("The none of TWO dont somebody'd"), "0 of 2 don't somebodyd");
  });
});
