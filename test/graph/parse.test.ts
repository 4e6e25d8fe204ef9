import assert from "node:assert/strict";

import { tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import type { Graph, Value } from "../../src/graph/graph.ts";
import { parse } from "../../src/graph/parse.ts";
import { printGraph } from "../../src/graph/print.ts";

/** Uses each kind of attribute, each kind of constant, named sizes and a weight outside. */
function sampleGraph(): Graph {
  const g = graphBuilder();
  const x = g.input("x", "f32", ["B", 3]);
  const w = g.weight("w", { dtype: "f16", shape: [2, 3] }, { location: "a/b", offset: 2 ** 33, length: 12 });
  const b = g.constant(tensor("f32", [2], Float32Array.of(10, -Infinity)));
  const y = g.op("Gemm", [x, g.op("Cast", [w], { to: "f32" }), b], { transB: true, alpha: 0.5 });
  const turned = g.op("Transpose", [g.reshape(y, ["B", 1, 2])], { perm: [2, 1, 0] });
  const numbers = g.constant(tensor("i64", [2], BigInt64Array.of(-1n, 2n ** 40n)));
  const doubles = g.constant(tensor("f64", [1], Float64Array.of(0.1)));
  return g.build({ y, turned, least: g.op("Add", [numbers, numbers]), tenth: g.op("Add", [doubles, doubles]) });
}

describe("graph/parse", () => {
  it("parse() gives back what emit() wrote", () => {
    const graph = sampleGraph();
    const bytes = emit(graph);
    assert.deepEqual(parse(bytes, "sample"), graph);
    assert.deepEqual(emit(parse(bytes, "sample")), bytes);
    assert.equal(printGraph(parse(bytes, "sample")), printGraph(graph));
  });

  it("parse() names the node whose op is not known", () => {
    const bytes = Buffer.from(emit(sampleGraph()));
    const at = bytes.lastIndexOf("Transpose"); // the op; the node's name stands before it
    bytes.write("Transpuse", at);
    assert.throws(() => parse(bytes, "sample"), {
      name: "ModelFormatError",
      message: 'Cannot read node "Transpose_1" at "sample": expected an op that is known, got Transpuse',
    });
  });

  it("parse() names the initializer whose elements are missing", () => {
    const x: Value = { name: "x", dtype: "f32", shape: [3] };
    const source = { kind: "inline", tensor: tensor("f32", [2], Float32Array.of(1, 2)) } as const;
    const graph: Graph = { inputs: [], initializers: [{ value: x, source }], nodes: [], outputs: [] };
    assert.throws(() => parse(emit(graph), "sample"), {
      name: "ModelFormatError",
      message: 'Cannot read initializer "x" at "sample": expected 3 elements of f32, got 8 bytes',
    });
  });

  it("parse() says where a file is cut off", () => {
    assert.throws(() => parse(emit(sampleGraph()).subarray(0, 100), "sample"), { name: "ModelFormatError" });
  });
});
