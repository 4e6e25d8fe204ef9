import assert from "node:assert/strict";

import { rougeLCoco } from "../../src/metric/rouge-coco.ts";

describe("metric/rouge-coco", () => {
  it("rougeLCoco() takes precision and recall from different references", () => {
    // Precision 3/4 from the first reference, recall 1 from the second.
    const { scores } = rougeLCoco([{ candidate: "a b c d", references: ["a b c x y z", "d"] }]);
    const precision = 3 / 4;
    assert.equal(scores[0], ((1 + 1.2 ** 2) * precision) / (1 + 1.2 ** 2 * precision));
  });

  it("rougeLCoco() counts two empty texts as equal, as coco-caption does", () => {
    assert.deepEqual(rougeLCoco([{ candidate: "", references: [""] }]).scores, [1]);
    assert.deepEqual(rougeLCoco([{ candidate: "", references: ["a"] }]).scores, [0]);
  });

  it("rougeLCoco() rejects an image without references", () => {
    assert.throws(() => rougeLCoco([{ candidate: "a", references: [] }]), {
      name: "RangeError",
      message: 'Cannot score captions at "image 0": expected at least one reference, got none',
    });
  });
});
