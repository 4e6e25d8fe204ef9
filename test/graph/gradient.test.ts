import assert from "node:assert/strict";

import { seededRandom } from "../../src/base/random.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { gradients, pullBack } from "../../src/graph/gradient.ts";
import { opSpecs } from "../../src/graph/op.ts";
import { printGraph } from "../../src/graph/print.ts";
import {
  differences,
  feedsOf,
  forwardGraph,
  gradientGraph,
  isExpanded,
  opCases,
  openGraph,
  optimizations,
  worst,
} from "./op-case.ts";

const withoutGradient = new Set(["LessOrEqual", "ArgMax", "Shape", "Range"]);

describe("graph/gradient", () => {
  it("every op has a golden", () => {
    const tested = new Set<string>(opCases.map(({ op }) => op));
    assert.deepEqual(
      Object.keys(opSpecs).filter((op) => !tested.has(op)),
      [],
    );
  });

  opCases.forEach((one, i) => {
    const name = `case ${i}, ${one.op} ${JSON.stringify(one.attributes)},`;

    it(`${name} computes what ONNX's reference computes`, async () => {
      for (const optimization of optimizations) {
        using session = await openGraph(forwardGraph(one, "f64"), optimization);
        const { y } = await session.run(feedsOf(one, "f64"));
        assert.deepEqual(y?.shape, one.output.shape);
        assert.ok(worst(y, one.output.data) < 1e-9, optimization);
      }
    });

    if (withoutGradient.has(one.op)) return;
    it(`${name} has the gradient of its central differences`, async () => {
      for (const optimization of optimizations) {
        const feeds = feedsOf(one, "f64");
        using session = await openGraph(gradientGraph(one, "f64"), optimization);
        const outputs = await session.run(feeds);
        for (const input of Object.keys(feeds)) {
          const found = outputs[`d${input.slice(1)}`];
          assert.deepEqual(found?.shape, feeds[input]?.shape);
          assert.ok(worst(found, await differences(session, feeds, input)) < 1e-7, `${optimization} ${input}`);
        }
      }
    });

    if (!isExpanded(one)) return;
    it(`${name} agrees in float32 with its expansion, forwards and backwards`, async () => {
      using expanded = await openGraph(gradientGraph(one, "f64"), "none");
      const wanted = await expanded.run(feedsOf(one, "f64"));
      for (const optimization of optimizations) {
        using session = await openGraph(gradientGraph(one, "f32"), optimization);
        const found = await session.run(feedsOf(one, "f32"));
        for (const [output, { data }] of Object.entries(wanted)) {
          assert.ok(worst(found[output], [...data].map(Number)) < 1e-5, `${optimization} ${output}`);
        }
      }
    });
  });

  it("gradients() builds only what lies between the loss and the targets, and adds up paths", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", [1]);
    const w = g.input("w", "f32", [1]);
    const product = g.op("Mul", [x, w]);
    const loss = g.op("Add", [g.op("Sin", [product]), g.op("Mul", [x, product])]);
    const [dw] = gradients(g, loss, [w]);
    assert.ok(dw !== undefined);
    assert.equal(
      printGraph(g.build({ dw })),
      [
        "graph(x: f32[1], w: f32[1])",
        "  constant_1: f32[1] = [1]",
        "  Mul_1: f32[1] = Mul(x, w)",
        "  Mul_3: f32[1] = Mul(constant_1, x)",
        "  Cos_1: f32[1] = Cos(Mul_1)",
        "  Mul_4: f32[1] = Mul(constant_1, Cos_1)",
        "  Add_2: f32[1] = Add(Mul_3, Mul_4)",
        "  dw: f32[1] = Mul(Add_2, x)",
        "return dw",
        "",
      ].join("\n"),
    );
  });

  it("gradients() of what the loss does not depend on are zeros, also of a size known only at run time", async () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", ["B", 2]);
    const y = g.input("y", "f32", [1]);
    const [dx, dy] = gradients(g, g.op("Mul", [y, y]), [x, y]);
    assert.ok(dx !== undefined && dy !== undefined);
    using session = await openGraph(g.build({ dx, dy }), "all");
    const found = await session.run({
      x: tensor("f32", [3, 2], new Float32Array(6).fill(1)),
      y: tensor("f32", [1], Float32Array.of(3)),
    });
    assert.deepEqual(found.dx, tensor("f32", [3, 2], new Float32Array(6)));
    assert.deepEqual(found.dy, tensor("f32", [1], Float32Array.of(6)));
  });

  it("gradients() flow through sizes known only at run time", async () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", ["B", "T", 2]);
    const w = g.input("w", "f32", [2, 1]);
    const y = g.op("Gemm", [g.reshape(x, ["B*T", 2]), w]);
    const sum = g.op(
      "ReduceSum",
      [y, g.constant(tensor("i64", [1], BigInt64Array.of(0n)))],
      { keepdims: true },
      { shape: [1, 1] },
    );
    const [dx, dw] = gradients(g, sum, [x, w]);
    assert.ok(dx !== undefined && dw !== undefined);
    using session = await openGraph(g.build({ dx, dw }), "all");
    const found = await session.run({
      x: tensor("f32", [1, 3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
      w: tensor("f32", [2, 1], Float32Array.of(7, 8)),
    });
    assert.deepEqual(found.dx, tensor("f32", [1, 3, 2], Float32Array.of(7, 8, 7, 8, 7, 8)));
    assert.deepEqual(found.dw, tensor("f32", [2, 1], Float32Array.of(9, 12)));
  });

  it("gradients() of a matrix are the same where the other is wide enough to be transposed first", async () => {
    const { normal } = seededRandom(9);
    const draw = (rows: number, columns: number): Tensor =>
      tensor("f32", [rows, columns], Float32Array.from({ length: rows * columns }, normal));
    const g = graphBuilder();
    const [x, w, dy] = [g.input("x", "f32", ["N", 300]), g.input("w", "f32", [7, 300]), g.input("dy", "f32", ["N", 7])];
    const y = g.op("Gemm", [x, w], { transB: true });
    const dw = pullBack(g, new Map([[y, dy]]), { targets: [w] }).get(w);
    assert.ok(dw !== undefined);
    const graph = g.build({ dw, wanted: g.op("Gemm", [dy, x], { transA: true }) });
    assert.deepEqual(
      graph.nodes.filter(({ op }) => op === "Transpose").map(({ output }) => output.shape),
      [[1, 7, "N"]],
    );
    const feeds = { x: draw(5, 300), w: draw(7, 300), dy: draw(5, 7) };
    for (const optimization of optimizations) {
      using session = await openGraph(graph, optimization);
      const { dw: found, wanted } = await session.run(feeds);
      assert.ok(worst(found, [...(wanted?.data ?? [])].map(Number)) < 1e-6, optimization);
    }
  });

  it("gradients() go whole to the input that a node names", async () => {
    const g = graphBuilder();
    const [x, y] = [g.input("x", "f32", [2]), g.input("y", "f32", [2])];
    const most = g.op("Max", [x, g.op("Mul", [x, y])], {}, { gradientTo: x });
    const loss = g.op(
      "ReduceSum",
      [most, g.constant(tensor("i64", [1], BigInt64Array.of(0n)))],
      { keepdims: true },
      { shape: [1] },
    );
    const [dx, dy] = gradients(g, loss, [x, y]);
    assert.ok(dx !== undefined && dy !== undefined);
    using session = await openGraph(g.build({ dx, dy }), "all");
    const feeds = { x: tensor("f32", [2], Float32Array.of(1, 2)), y: tensor("f32", [2], Float32Array.of(3, 0)) };
    const found = await session.run(feeds);
    assert.deepEqual(found.dx?.data, Float32Array.of(1, 1));
    assert.deepEqual(found.dy?.data, Float32Array.of(0, 0));
  });

  it("gradients() names what cannot be differentiated", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", [2]);
    assert.throws(() => gradients(g, x, [x]), {
      name: "TypeError",
      message: 'Cannot differentiate "x": expected one f32 or f64, got f32[2]',
    });
    const best = g.op("ArgMax", [x], { axis: 0, keepdims: true });
    const loss = g.op("Cast", [best], { to: "f32" });
    assert.throws(() => gradients(g, loss, [x]), {
      name: "TypeError",
      message: 'Cannot differentiate ArgMax at "ArgMax_1": expected an op with a gradient',
    });
  });
});
