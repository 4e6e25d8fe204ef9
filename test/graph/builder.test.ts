import assert from "node:assert/strict";

import { tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { printGraph } from "../../src/graph/print.ts";

describe("graph/builder", () => {
  it("build() leaves out what the outputs do not need and renames them", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", ["B", 2]);
    const unused = g.constant(tensor("f32", [2], Float32Array.of(5, 6)));
    g.op("Add", [x, unused]);
    const twice = g.op("Add", [x, x]);
    const four = g.scope("inner").op("Mul", [twice, twice]);
    assert.equal(
      printGraph(g.build({ square: four, twice })),
      [
        "graph(x: f32[B,2])",
        "  twice: f32[B,2] = Add(x, x)",
        "  square: f32[B,2] = Mul(twice, twice)",
        "return square, twice",
        "",
      ].join("\n"),
    );
  });

  it("build() passes an input, and a value asked for twice, through Identity", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", [2]);
    const y = g.op("Sin", [x]);
    assert.equal(
      printGraph(g.build({ same: x, y, again: y })),
      [
        "graph(x: f32[2])",
        "  y: f32[2] = Sin(x)",
        "  same: f32[2] = Identity(x)",
        "  again: f32[2] = Identity(y)",
        "return same, y, again",
        "",
      ].join("\n"),
    );
  });

  it("constant() keeps equal small constants once", () => {
    const g = graphBuilder();
    const one = g.constant(tensor("f32", [], Float32Array.of(1)));
    assert.equal(g.constant(tensor("f32", [], Float32Array.of(1))), one);
    assert.notEqual(g.constant(tensor("f32", [1], Float32Array.of(1))), one);
    assert.notEqual(g.constant(tensor("f64", [], Float64Array.of(1))), one);
    assert.notEqual(g.constant(tensor("f32", [], Float32Array.of(2))), one);
  });

  it("reshape() puts named sizes together from the inputs, each shape once", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", ["B", "T", 6]);
    const flat = g.reshape(x, ["B*T", 6]);
    const a = g.reshape(flat, ["B", "2*T", 3]);
    const b = g.reshape(a, ["B", "2*T", 3]);
    const text = printGraph(g.build({ a, b }));
    assert.match(text, /Reshape_1: f32\[B\*T,6\] = Reshape\(x, constant_1, allowzero=true\)/);
    assert.match(text, /constant_1: i64\[2\] = \[-1, 6\]/);
    assert.equal(text.match(/ = Concat\(/g)?.length, 1);
    assert.equal(text.match(/ = Shape\(/g)?.length, 2);
  });

  it("reshape() rejects a size that no input has", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", ["B*T", 6]);
    assert.throws(() => g.reshape(x, ["B", "T", 6]), {
      name: "TypeError",
      message: 'Cannot compute the size "B": expected a size that an input of the graph has',
    });
  });

  it("op() names the node where it cannot be applied", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", [2, 3]);
    assert.throws(() => g.scope("layers.0").op("MatMul", [x, x], {}, { name: "attention" }), {
      message:
        'Cannot apply MatMul at "layers.0.attention": expected equal inner dimensions, got f32[2,3] and f32[2,3]',
    });
  });

  it("names are given once", () => {
    const g = graphBuilder();
    const x = g.input("x", "f32", [2]);
    assert.throws(() => g.input("x", "f32", [2]), { message: 'Cannot add "x": expected a name that is not taken yet' });
    const y = g.op("Sin", [x]);
    assert.throws(() => g.build({ x: y }), {
      message: 'Cannot name the output "x": expected a name that is not taken yet',
    });
  });
});
