import assert from "node:assert/strict";

import { bleuCoco, bleuCocoFromStatistics } from "../../src/metric/bleu-coco.ts";

const pairs = [
  { candidate: "a black dog runs on grass", references: ["a dog runs on the grass", "the black dog"] },
  { candidate: "two cats", references: ["two cats sleep on a bed", "cats"] },
];

describe("metric/bleu-coco", () => {
  it("bleuCocoFromStatistics() gives each image's BLEU from its own counts", () => {
    const { images, statistics } = bleuCoco(pairs);
    assert.deepEqual(bleuCocoFromStatistics(statistics.slice(1)), images[1]);
  });

  it("bleuCoco() takes the nearest reference length, of two as near the shorter", () => {
    const { statistics } = bleuCoco([{ candidate: "a b c", references: ["a b c d", "a b", "a"] }]);
    assert.equal(statistics[0]?.referenceLength, 2);
  });

  it("bleuCoco() rejects an image without references", () => {
    assert.throws(() => bleuCoco([{ candidate: "a", references: [] }]), {
      name: "RangeError",
      message: 'Cannot score captions at "image 0": expected at least one reference, got none',
    });
  });
});
