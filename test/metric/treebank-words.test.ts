import assert from "node:assert/strict";

import { treebankWords } from "../../src/metric/treebank-words.ts";
import { scorerGolden } from "./scorer-golden.ts";

const golden = scorerGolden("chair") as { readonly words: readonly (readonly [string, readonly string[]])[] };

describe("metric/treebank-words", () => {
  it(`treebankWords() equals NLTK's word_tokenize on ${golden.words.length} captions`, () => {
    for (const [caption, wanted] of golden.words) {
      assert.deepEqual(treebankWords(caption.toLowerCase()), wanted, caption);
    }
  });

  it("treebankWords() parts the last period of every sentence", () => {
    assert.deepEqual(treebankWords('a dog. a "cat."'), ["a", "dog", ".", "a", "``", "cat", ".", "''"]);
  });
});
