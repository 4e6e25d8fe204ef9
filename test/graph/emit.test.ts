import assert from "node:assert/strict";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { parse } from "../../src/graph/parse.ts";
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

  it("a weight of over 2 GB, that begins beyond 2 GB of its file, is read in place", async () => {
    const count = 2 ** 29 + 3; // elements: 2 GB and 12 bytes
    const offset = 2 ** 31 + 4096;
    const file = await open(join(folder, "large"), "w");
    try {
      await file.truncate(offset + 4 * count); // holes: the file takes a page
      await file.write(new Uint8Array(Float32Array.of(7).buffer), 0, 4, offset + 4 * (count - 1));
    } finally {
      await file.close();
    }
    const g = graphBuilder();
    const w = g.weight("w", { dtype: "f32", shape: [count] }, { location: "large", offset, length: 4 * count });
    const places = g.input("places", "i64", [2]);
    const bytes = emit(g.build({ y: g.op("Gather", [w, places], { axis: 0 }) }));
    assert.ok(bytes.length < 1000);
    assert.deepEqual(parse(bytes, "large").initializers[0]?.source, {
      kind: "external",
      location: "large",
      offset,
      length: 4 * count,
    });
    using session = await createSession(bytes, { externalFolder: folder, prepack: false });
    const { y } = await session.run({ places: tensor("i64", [2], BigInt64Array.of(0n, BigInt(count - 1))) });
    assert.deepEqual(y, tensor("f32", [2], Float32Array.of(0, 7)));
  });

  it("the same graph gives the same bytes", () => {
    assert.deepEqual(emit(sampleGraph("weights")), emit(sampleGraph("weights")));
    assert.notDeepEqual(emit(sampleGraph("weights")), emit(sampleGraph("others")));
  });
});
