import assert from "node:assert/strict";

import { bothCases, complement, normalized, partition } from "../../src/metric/character-set.ts";

describe("metric/character-set", () => {
  it("normalized() sorts and joins ranges that touch", () => {
    assert.deepEqual(
      normalized([
        [5, 6],
        [1, 2],
        [3, 3],
        [5, 9],
      ]),
      [
        [1, 3],
        [5, 9],
      ],
    );
  });

  it("complement() holds every other code unit", () => {
    assert.deepEqual(complement([[1, 2]]), [
      [0, 0],
      [3, 0xffff],
    ]);
    assert.deepEqual(complement([[0, 0xffff]]), []);
  });

  it("bothCases() adds the other case and what folds to it", () => {
    assert.deepEqual(bothCases(0x41), [
      [0x41, 0x41],
      [0x61, 0x61],
    ]);
    assert.deepEqual(bothCases(0x73), [
      [0x53, 0x53],
      [0x73, 0x73],
      [0x17f, 0x17f],
    ]);
    assert.deepEqual(bothCases(0x31), [[0x31, 0x31]]);
  });

  it("partition() joins the units that no set tells apart", () => {
    const { classes, contains } = partition([[[10, 20]], [[15, 30]]]);
    assert.equal(classes[10], classes[14]);
    assert.notEqual(classes[14], classes[15]);
    assert.equal(classes[0], classes[31]);
    assert.deepEqual(
      [9, 12, 17, 25].map((unit) => [contains(0, classes[unit] ?? -1), contains(1, classes[unit] ?? -1)]),
      [
        [false, false],
        [true, false],
        [true, true],
        [false, true],
      ],
    );
  });
});
