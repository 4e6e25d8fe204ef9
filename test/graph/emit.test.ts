import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { createSession } from "../../src/runtime/session.ts";

/** Uses each kind of attribute, named sizes, a constant and a weight outside. */
function sampleGraph(location: string): Graph {
  const g = graphBuilder();
  const x = g.input("x", "f32", ["B", 3]);
  const w = g.weight("w", { dtype: "f32", shape: [2, 3] }, { location, offset: 5, length: 24 });
  const b = g.constant(tensor("f32", [2], Float32Array.of(10, 20)));
  const y = g.op("Gemm", [x, w, b], { transB: true, alpha: 0.5, beta: 2 });
  const halves = g.reshape(y, ["B", 1, 2]);
  const turned = g.op("Transpose", [halves], { perm: [2, 1, 0] }); // [2, 1, B]
  return g.build({
    y,
    turned: g.op("Cast", [turned], { to: "i64" }),
    best: g.op("ArgMax", [y], { axis: -1, keepdims: false }),
  });
}

describe("graph/emit", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-emit-"));
    const weights = Float32Array.of(1, 2, 3, 4, 5, 6);
    await writeFile(join(folder, "weights"), Buffer.concat([Buffer.alloc(5), new Uint8Array(weights.buffer)]));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it("ONNX Runtime computes what the graph says, with its optimizations off and on", async () => {
    const bytes = emit(sampleGraph("weights"));
    for (const optimization of ["none", "all"] as const) {
      using session = await createSession(bytes, { optimization, externalFolder: folder });
      assert.deepEqual(session.inputs, [{ name: "x", dtype: "f32", shape: ["B", 3] }]);
      const x = tensor("f32", [2, 3], Float32Array.of(1, 0, 0, 0, 1, 1));
      const { y, turned, best } = await session.run({ x });
      assert.deepEqual(y, tensor("f32", [2, 2], Float32Array.of(20.5, 42, 22.5, 45.5)));
      assert.deepEqual(turned, tensor("i64", [2, 1, 2], BigInt64Array.of(20n, 22n, 42n, 45n)));
      assert.deepEqual(best, tensor("i64", [2], BigInt64Array.of(1n, 1n)));
    }
  });

  it("the same graph gives the same bytes", () => {
    assert.deepEqual(emit(sampleGraph("weights")), emit(sampleGraph("weights")));
    assert.notDeepEqual(emit(sampleGraph("weights")), emit(sampleGraph("others")));
  });
});
