import assert from "node:assert/strict";

import { ngramIndex } from "../../src/metric/ngram-index.ts";

describe("metric/ngram-index", () => {
  it("ngramIndex() counts n-grams of orders 1 to 4 under one number each", () => {
    const { count } = ngramIndex();
    const first = count(["a", "b", "a", "b", "c"]);
    assert.deepEqual([...first.counts], [2, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1]);
    assert.deepEqual(first.ends, [3, 6, 9, 11]);
    const second = count(["b", "a", "b"]);
    assert.deepEqual([...second.ids], [first.ids[1], first.ids[0], first.ids[4], first.ids[3], first.ids[7]]);
    assert.deepEqual(second.ends, [2, 4, 5, 5]);
  });

  it("ngramIndex() keeps numbers while its table grows", () => {
    const { count, size } = ngramIndex();
    const words = Array.from({ length: 3000 }, (_, i) => `w${i % 1009}`);
    const before = count(words);
    const after = count(words);
    assert.deepEqual(after, before);
    assert.equal(size(), 1 + before.ids.length);
    assert.equal(new Set(before.ids).size, before.ids.length);
  });
});
