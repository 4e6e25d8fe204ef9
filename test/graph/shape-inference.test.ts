import assert from "node:assert/strict";

import type { Dtype } from "../../src/base/dtype.ts";
import type { Shape } from "../../src/base/shape.ts";
import { formatType, type Value } from "../../src/graph/graph.ts";
import type { Op, OpAttributes } from "../../src/graph/op.ts";
import { broadcastShapes, inferType } from "../../src/graph/shape-inference.ts";

function value(shape: Shape, dtype: Dtype = "f32"): Value {
  return { name: "x", dtype, shape };
}

function typeOf<K extends Op>(op: K, inputs: readonly Value[], attributes: OpAttributes[K], declared?: Shape): string {
  return formatType(inferType({ op, name: "node", inputs, attributes, declared }));
}

function rejects<K extends Op>(op: K, inputs: readonly Value[], attributes: OpAttributes[K], message: string): void {
  assert.throws(() => typeOf(op, inputs, attributes), { name: "TypeError", message });
}

describe("graph/shape-inference", () => {
  it("broadcastShapes() follows NumPy, also for named sizes", () => {
    assert.deepEqual(broadcastShapes(["B", "T", 4], [4]), ["B", "T", 4]);
    assert.deepEqual(broadcastShapes(["B", 1], [1, "T"]), ["B", "T"]);
    assert.equal(broadcastShapes(["B", 4], ["B", 5]), null);
    assert.equal(broadcastShapes(["B"], ["T"]), null);
  });

  it("add() rejects shapes that do not broadcast and names both", () => {
    assert.equal(typeOf("Add", [value(["B", 3]), value([3])], {}), "f32[B,3]");
    rejects(
      "Add",
      [value([2, 3]), value([4])],
      {},
      'Cannot apply Add at "node": expected shapes that broadcast, got f32[2,3] and f32[4]',
    );
    rejects(
      "Add",
      [value([2]), value([2], "f64")],
      {},
      'Cannot apply Add at "node": expected inputs of one element type, got f32[2] and f64[2]',
    );
  });

  it("matMul() rejects unequal inner dimensions", () => {
    assert.equal(typeOf("MatMul", [value([2, "B", "T", 8]), value([8, "P"])], {}), "f32[2,B,T,P]");
    rejects(
      "MatMul",
      [value([2, 3]), value([4, 5])],
      {},
      'Cannot apply MatMul at "node": expected equal inner dimensions, got f32[2,3] and f32[4,5]',
    );
    rejects(
      "MatMul",
      [value([2, 3, 4]), value([3, 4, 5])],
      {},
      'Cannot apply MatMul at "node": expected outer axes that broadcast, got f32[2,3,4] and f32[3,4,5]',
    );
  });

  it("gemm() heeds transposition and rejects an addend that is too large", () => {
    assert.equal(typeOf("Gemm", [value(["N", 3]), value([5, 3])], { transB: true }), "f32[N,5]");
    assert.equal(typeOf("Gemm", [value([3, 7]), value([3, 5]), value([5])], { transA: true }), "f32[7,5]");
    rejects(
      "Gemm",
      [value(["N", 3]), value([5, 3])],
      {},
      'Cannot apply Gemm at "node": expected equal inner dimensions, got f32[N,3] and f32[5,3]',
    );
    rejects(
      "Gemm",
      [value([2, 3]), value([3, 5]), value([4, 2, 5])],
      {},
      'Cannot apply Gemm at "node": expected an addend that broadcasts to [2,5], got f32[2,3] and f32[3,5] and f32[4,2,5]',
    );
  });

  it("reshape() compares the number of elements, named sizes included", () => {
    const shape = value([2], "i64");
    assert.equal(typeOf("Reshape", [value(["B*T", 6]), shape], { allowzero: true }, ["B", "T", 2, 3]), "f32[B,T,2,3]");
    assert.throws(() => typeOf("Reshape", [value(["B*T", 6]), shape], { allowzero: true }, ["B", 6]), {
      message: 'Cannot apply Reshape at "node": expected as many elements as [B,6], got f32[B*T,6] and i64[2]',
    });
  });

  it("concat() adds sizes and rejects inputs that differ elsewhere", () => {
    assert.equal(typeOf("Concat", [value(["B", "P"]), value(["B", "T"])], { axis: -1 }), "f32[B,P+T]");
    rejects(
      "Concat",
      [value([2, 3]), value([3, 3])],
      { axis: 1 },
      'Cannot apply Concat at "node": expected inputs that differ only on axis 1, got f32[2,3] and f32[3,3]',
    );
  });

  it("the other ops give the types that ONNX says", () => {
    assert.equal(typeOf("Transpose", [value(["B", 2, 3])], { perm: [1, 2, 0] }), "f32[2,3,B]");
    assert.equal(typeOf("Gather", [value([9, 4]), value(["B", "T"], "i64")], { axis: 0 }), "f32[B,T,4]");
    assert.equal(typeOf("ArgMax", [value(["B", 4])], { axis: -1, keepdims: false }), "i64[B]");
    assert.equal(typeOf("ArgMax", [value(["B", 4])], { axis: -1, keepdims: true }), "i64[B,1]");
    assert.equal(typeOf("LessOrEqual", [value(["T"], "i64"), value([1], "i64")], {}), "bool[T]");
    assert.equal(typeOf("Where", [value(["B", 1], "bool"), value([]), value(["T"])], {}), "f32[B,T]");
    assert.equal(typeOf("Cast", [value(["B"], "i64")], { to: "f32" }), "f32[B]");
    assert.equal(typeOf("Shape", [value(["B", "T"])], { start: 1, end: 2 }), "i64[1]");
    assert.equal(
      typeOf("RotaryEmbedding", [value(["B", "T", 16]), value(["B", "T", 4]), value(["B", "T", 4])], { num_heads: 2 }),
      "f32[B,T,16]",
    );
  });

  it("the other ops reject what they cannot take", () => {
    const messages = [
      () => typeOf("Transpose", [value([2, 3])], { perm: [0, 0] }),
      () => typeOf("Gather", [value([9, 4]), value(["B"])], { axis: 0 }),
      () => typeOf("Softmax", [value([2])], { axis: 1 }),
      () => typeOf("Where", [value([2]), value([2]), value([2])], {}),
      () => typeOf("RMSNormalization", [value(["N", 4]), value([5])], { axis: -1, epsilon: 1e-5 }),
      () => typeOf("RotaryEmbedding", [value(["B", "T", 16]), value([4]), value([4])], { num_heads: 2 }),
      () => typeOf("MatMul", [value([2])], {}),
    ].map((act) => {
      try {
        return act();
      } catch (error) {
        return error instanceof TypeError ? error.message : "another error";
      }
    });
    assert.deepEqual(messages, [
      'Cannot apply Transpose at "node": expected axes that perm [0,0] orders, got f32[2,3]',
      'Cannot apply Gather at "node": expected integer indices, got f32[9,4] and f32[B]',
      'Cannot apply Softmax at "node": expected an axis 1 in the input, got f32[2]',
      'Cannot apply Where at "node": expected a bool condition and two inputs of one element type, got f32[2] and f32[2] and f32[2]',
      'Cannot apply RMSNormalization at "node": expected a scale of the input\'s axes from 1 on, got f32[N,4] and f32[5]',
      'Cannot apply RotaryEmbedding at "node": expected cosines and sines of shape [B,T,4], got f32[B,T,16] and f32[4] and f32[4]',
      'Cannot apply MatMul at "node": expected 2 inputs, got f32[2]',
    ]);
  });
});
