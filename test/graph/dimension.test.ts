import assert from "node:assert/strict";

import { addSizes, multiplySizes, splitSize } from "../../src/graph/dimension.ts";

describe("graph/dimension", () => {
  it("multiplySizes() gives equal products equal text", () => {
    assert.equal(multiplySizes(["T", 2, "B", 3]), "6*B*T");
    assert.equal(multiplySizes([multiplySizes(["B", "T"]), 6]), "6*B*T");
    assert.equal(multiplySizes([4, 5]), 20);
    assert.equal(multiplySizes([]), 1);
    assert.equal(multiplySizes(["B", 0]), 0);
  });

  it("multiplySizes() keeps a sum as one factor", () => {
    assert.equal(multiplySizes(["P+T", "B"]), "(P+T)*B");
    assert.equal(multiplySizes([multiplySizes(["P+T", "B"]), 2]), "2*(P+T)*B");
  });

  it("addSizes() gives equal sums equal text", () => {
    assert.equal(addSizes(["T", "P"]), "P+T");
    assert.equal(addSizes([1, "T", 2, "P"]), "P+T+3");
    assert.equal(addSizes([addSizes(["P", 1]), "T"]), "P+T+1");
    assert.equal(addSizes([1, 2]), 3);
  });

  it("splitSize() undoes a product and a sum", () => {
    assert.deepEqual(splitSize("2*B*T"), { op: "Mul", parts: [2, "B", "T"] });
    assert.deepEqual(splitSize("P+T"), { op: "Add", parts: ["P", "T"] });
    assert.deepEqual(splitSize("(P+T)*B"), { op: "Mul", parts: ["(P+T)", "B"] });
    assert.deepEqual(splitSize("(P+T)"), { op: "Add", parts: ["P", "T"] });
  });
});
