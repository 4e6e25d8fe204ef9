/**
 * The gradient of every op: given dL/dy, the nodes that compute dL/dx for each input, in the vocabulary of the forward
 * pass. `null` in the table says that an op has no gradient: its output is an integer, a truth value or a shape.
 */

import { reduce, slice } from "./axes.ts";
import type { GraphBuilder } from "./builder.ts";
import { addSizes, multiplySizes } from "./dimension.ts";
import { div, given, mul, notDifferentiable, number, scalar, type Step, sumTo } from "./gradient-terms.ts";
import type { Node, NodeOf, Value } from "./graph.ts";
import { layerNormGradient, rmsNormGradient } from "./norm-gradient.ts";
import type { Op } from "./op.ts";
import { fusedMatMulGradient, gemmGradient, product } from "./product-gradient.ts";
import { softmaxGradient } from "./softmax-gradient.ts";

/** What a rule is given besides its node. */
export interface Outer {
  /** dL/dy. */
  readonly outer: Value;
  /** Which inputs need a gradient. */
  readonly wanted: readonly boolean[];
}

/** Gradients by input; only those that are asked for are called. */
type Rule<K extends Op> = (step: Step<K>) => readonly (() => Value)[];

/** One rule an op; total, so that an op without a word on its gradient does not compile. */
const gradientRules: { readonly [K in Op]: Rule<K> | null } = {
  Add: ({ g, dy, inputs: [a, b] }) => [() => sumTo(g, dy, a), () => sumTo(g, dy, b)],
  Sub: ({ g, dy, inputs: [a, b] }) => [() => sumTo(g, dy, a), () => sumTo(g, g.op("Neg", [dy]), b)],
  Mul: ({ g, dy, inputs: [a, b] }) => [() => sumTo(g, mul(g, dy, b), a), () => sumTo(g, mul(g, dy, a), b)],
  Div: ({ g, dy, y, inputs: [a, b] }) => [
    () => sumTo(g, div(g, dy, b), a),
    () => sumTo(g, g.op("Neg", [div(g, mul(g, dy, y), b)]), b), // -y/b
  ],
  Max: ({ g, dy, inputs: [a, b] }) => {
    const isFirst = (): Value => g.op("LessOrEqual", [given(b), given(a)]);
    return [
      () => sumTo(g, g.op("Where", [isFirst(), dy, scalar(g, dy, 0)]), a),
      () => sumTo(g, g.op("Where", [isFirst(), scalar(g, dy, 0), dy]), b),
    ];
  },
  Neg: ({ g, dy }) => [() => g.op("Neg", [dy])],
  Exp: ({ g, dy, y }) => [() => mul(g, dy, y)],
  Log: ({ g, dy, inputs: [x] }) => [() => div(g, dy, x)],
  Sqrt: ({ g, dy, y }) => [() => div(g, dy, g.op("Add", [y, y]))],
  Sigmoid: ({ g, dy, y }) => [() => mul(g, dy, g.op("Sub", [y, mul(g, y, y)]))], // y(1 - y)
  QuickGelu: ({ g, dy, y, node: { attributes }, inputs: [x] }) => [
    () => {
      const { alpha } = attributes;
      const s = g.op("Sigmoid", [alpha === 1 ? given(x) : mul(g, x, number(g, dy, alpha))]);
      const bent = mul(g, y, g.op("Sub", [number(g, dy, 1), s])); // x s (1 - s)
      return mul(g, dy, g.op("Add", [s, alpha === 1 ? bent : mul(g, bent, number(g, dy, alpha))]));
    },
  ],
  Cos: ({ g, dy, inputs: [x] }) => [() => g.op("Neg", [mul(g, dy, g.op("Sin", [given(x)]))])],
  Sin: ({ g, dy, inputs: [x] }) => [() => mul(g, dy, g.op("Cos", [given(x)]))],
  Erf: ({ g, dy, inputs: [x] }) => [
    () => mul(g, mul(g, dy, number(g, dy, 2 / Math.sqrt(Math.PI))), g.op("Exp", [g.op("Neg", [mul(g, x, x)])])),
  ],
  Cast: ({ g, dy, inputs: [x] }) => [() => g.op("Cast", [dy], { to: given(x).dtype })],
  Identity: ({ dy }) => [() => dy],
  LessOrEqual: null,
  Where: ({ g, dy, inputs: [condition, a, b] }) => [
    () => notDifferentiable("the condition of a Where"),
    () => sumTo(g, g.op("Where", [given(condition), dy, scalar(g, dy, 0)]), a),
    () => sumTo(g, g.op("Where", [given(condition), scalar(g, dy, 0), dy]), b),
  ],
  MatMul: ({ g, dy, inputs: [a, b] }) => [
    () => sumTo(g, product(g, dy, given(b), { transB: true }), a),
    () => sumTo(g, product(g, given(a), dy, { transA: true }), b),
  ],
  FusedMatMul: fusedMatMulGradient,
  Gemm: gemmGradient,
  Softmax: ({ g, dy, y, node }) => [() => softmaxGradient(g, { y, dy, axis: node.attributes.axis })],
  LogSoftmax: ({ g, dy, y, node }) => [
    () => g.op("Sub", [dy, mul(g, g.op("Exp", [y]), reduce(g, "ReduceSum", dy, [node.attributes.axis]))]),
  ],
  LayerNormalization: layerNormGradient,
  RMSNormalization: rmsNormGradient,
  RotaryEmbedding: ({ g, dy, node, inputs: [, cos, sin] }) => [
    () => g.op("RotaryEmbedding", [dy, given(cos), g.op("Neg", [given(sin)])], node.attributes), // the turn back
    () => notDifferentiable("the cosines of a RotaryEmbedding"),
    () => notDifferentiable("the sines of a RotaryEmbedding"),
  ],
  ReduceSum: ({ g, dy, inputs: [x] }) => [() => g.expand(dy, given(x).shape)],
  ReduceSumSquare: ({ g, dy, inputs: [x] }) => [() => mul(g, g.op("Add", [given(x), given(x)]), dy)],
  ReduceMean: ({ g, dy, y, inputs: [x] }) => [() => g.expand(div(g, dy, ratio(g, given(x), y)), given(x).shape)],
  ArgMax: null,
  Shape: null,
  Range: null,
  Reshape: ({ g, dy, inputs: [x] }) => [() => g.reshape(dy, given(x).shape)],
  Transpose: ({ g, dy, node }) => [() => g.op("Transpose", [dy], { perm: inverse(node.attributes.perm) })],
  Concat: concatGradient,
  Slice: ({ g, dy, inputs: [x, start, end, axes], y }) => [
    () => {
      const axis = given(x).shape.findIndex((size, i) => size !== y.shape[i]);
      const size = g.size(given(x).shape[axis] ?? 1);
      const pads = g.op("Concat", [given(start), g.op("Sub", [size, given(end)])], { axis: 0 });
      return axis < 0 ? dy : g.op("Pad", [dy, pads, scalar(g, dy, 0), given(axes)], {}, { shape: given(x).shape });
    },
  ],
  Pad: ({ g, dy, inputs: [x, pads] }) => [
    () => {
      const axis = given(x).shape.findIndex((size, i) => size !== dy.shape[i]);
      const size = given(x).shape[axis] ?? 1;
      const [start, end] = [g.size(0), g.size(1)];
      const before = slice(g, given(pads), { axis: 0, start, end, size: 1 });
      const after = g.op("Add", [before, g.size(size)]);
      return axis < 0 ? dy : slice(g, dy, { axis, start: before, end: after, size });
    },
  ],
  Expand: ({ g, dy, inputs: [x] }) => [() => sumTo(g, dy, x)],
  Gather: gatherGradient,
  GatherElements: ({ g, dy, node, inputs: [x, indices] }) => [
    () =>
      g.op("ScatterElements", [zeros(g, given(x)), given(indices), dy], {
        axis: node.attributes.axis,
        reduction: "add",
      }),
  ],
  ScatterElements: ({ g, dy, node, inputs: [, indices, updates] }) => [
    () => (node.attributes.reduction === "add" ? dy : overwritten(g, dy, { node, indices, updates })),
    () => notDifferentiable("the indices of a ScatterElements"),
    () => g.op("GatherElements", [dy, given(indices)], { axis: node.attributes.axis }),
  ],
};

/**
 * dL/dx for each input of a node that needs one, null for the others.
 *
 * @throws TypeError naming the node, where its op has no gradient.
 */
export function gradientOf(g: GraphBuilder, node: Node, { outer, wanted }: Outer): readonly (Value | null)[] {
  const rule = gradientRules[node.op] as Rule<Op> | null; // the rule of this node's op
  if (rule === null) {
    throw new TypeError(`Cannot differentiate ${node.op} at "${node.name}": expected an op with a gradient`);
  }
  const parts = rule({ g, node, inputs: node.inputs, y: node.output, dy: outer });
  return parts.map((part, i) => (wanted[i] === true ? part() : null));
}

function concatGradient({ g, dy, node, inputs }: Step<"Concat">): readonly (() => Value)[] {
  const { axis } = node.attributes;
  const sizes = inputs.map((x) => x.shape.at(axis) ?? 1);
  return inputs.map((_, i) => () => {
    const [start, end] = [g.size(addSizes(sizes.slice(0, i))), g.size(addSizes(sizes.slice(0, i + 1)))];
    const place = axis < 0 ? axis + dy.shape.length : axis;
    return slice(g, dy, { axis: place, start, end, size: sizes[i] ?? 1 });
  });
}

/** Adds each row of dy to the row it was taken from; ScatterElements adds up duplicates in order, unlike ScatterND. */
function gatherGradient({ g, dy, node, inputs: [x, indices] }: Step<"Gather">): readonly (() => Value)[] {
  const axis = node.attributes.axis < 0 ? node.attributes.axis + given(x).shape.length : node.attributes.axis;
  return [
    () => {
      if (axis !== 0) return notDifferentiable(`a Gather on axis ${axis}; axis 0 is offered`);
      const row = given(x).shape.slice(1);
      const count = multiplySizes(given(indices).shape);
      const places = g.reshape(given(indices), [count, ...row.map(() => 1)]);
      const updates = g.reshape(dy, [count, ...row]);
      const inputsOfScatter = [zeros(g, given(x)), g.expand(places, [count, ...row]), updates];
      return g.op("ScatterElements", inputsOfScatter, { axis: 0, reduction: "add" });
    },
  ];
}

/** dy with zeros at the places that a ScatterElements overwrote. */
function overwritten(
  g: GraphBuilder,
  dy: Value,
  io: {
    readonly node: NodeOf<"ScatterElements">;
    readonly indices: Value | undefined;
    readonly updates: Value | undefined;
  },
): Value {
  return g.op("ScatterElements", [dy, given(io.indices), zeros(g, given(io.updates))], io.node.attributes);
}

/** How many elements of x one element of its reduction y stands for. */
function ratio(g: GraphBuilder, x: Value, y: Value): Value {
  const reduced = x.shape.filter((_, axis) => y.shape[axis] === 1);
  return g.op("Cast", [g.size(multiplySizes(reduced))], { to: x.dtype });
}

function zeros(g: GraphBuilder, x: Value): Value {
  return g.expand(scalar(g, x, 0), x.shape);
}

function inverse(perm: readonly number[]): readonly number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}
