import assert from "node:assert/strict";

import { partition, sortByIds } from "../../src/model/prefix-tree.ts";

function sequence(...ids: number[]): { readonly ids: readonly number[] } {
  return { ids };
}

function range(start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => start + i);
}

describe("model/prefix-tree", () => {
  it("sortByIds() puts a sequence before those that go on from it", () => {
    const sorted = sortByIds([sequence(2), sequence(1, 5, 1), sequence(1, 4), sequence(1), sequence(1, 5)]);
    assert.deepEqual(
      sorted.map(({ ids }) => ids),
      [[1], [1, 4], [1, 5], [1, 5, 1], [2]],
    );
  });

  it("partition() shares a start that saves enough, to the last token that is equal", () => {
    const start = range(0, 64);
    const [a, b] = [sequence(...start, 100), sequence(...start, 101, 102)];
    assert.deepEqual(partition([a, b], 0), { shared: [{ end: 64, sequences: [a, b] }], single: [] });
    assert.deepEqual(partition([a, b], 1), { shared: [], single: [a, b] });
  });

  it("partition() counts what is saved over all sequences, and looks below a start that is not worth it", () => {
    const long = range(10, 70);
    const [a, b, c] = [sequence(1, ...long, 1), sequence(1, ...long, 2), sequence(1, 9)];
    assert.deepEqual(partition(sortByIds([a, b, c]), 0), { shared: [{ end: 71, sequences: [a, b] }], single: [c] });
    const many = range(0, 65).map((last) => sequence(1, 1000 + last));
    assert.deepEqual(partition(many, 0), { shared: [{ end: 1, sequences: many }], single: [] });
  });

  it("partition() shares equal sequences whole", () => {
    const twice = [sequence(...range(0, 80)), sequence(...range(0, 80))];
    assert.deepEqual(partition(twice, 0), { shared: [{ end: 80, sequences: twice }], single: [] });
    const short = [sequence(1, 2), sequence(1, 2)];
    assert.deepEqual(partition(short, 0), { shared: [], single: short });
  });
});
