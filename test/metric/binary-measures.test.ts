import assert from "node:assert/strict";

import { binaryMeasures } from "../../src/metric/binary-measures.ts";

describe("metric/binary-measures", () => {
  it("binaryMeasures() has no precision where nothing is said to be there", () => {
    const measures = binaryMeasures([{ prediction: "no", label: "yes" }]);
    assert.equal(measures.precision, null);
    assert.equal(measures.recall, 0);
    assert.equal(measures.f1, null);
    assert.equal(measures.accuracy.value, 0);
    assert.equal(measures.yesRatio, 0);
  });

  it("binaryMeasures() keeps undecided answers out of accuracy and counts them", () => {
    const measures = binaryMeasures([
      { prediction: "yes", label: "yes" },
      { prediction: "undecided", label: "no" },
    ]);
    assert.equal(measures.undecided, 1);
    assert.deepEqual([measures.accuracy.value, measures.accuracy.n, measures.accuracy.unscored], [1, 1, 1]);
    assert.equal(measures.yesRatio, 0.5);
  });

  it("binaryMeasures() of nothing has no values", () => {
    const measures = binaryMeasures([]);
    assert.equal(measures.accuracy.value, null);
    assert.equal(measures.yesRatio, null);
  });
});
