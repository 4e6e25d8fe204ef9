/** What each op gives: element type and shape of its output from those of its inputs, or an error that names both. */

import { formatShape, sameShape, type Shape } from "../base/shape.ts";
import { addSizes, multiplySizes, type Size } from "./dimension.ts";
import { formatType, type Value } from "./graph.ts";
import { type Op, type OpAttributes, opSpecs } from "./op.ts";

/** A node before its output is known. */
export interface PendingNode<K extends Op> {
  readonly op: K;
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[K];
  /** The shape that the caller says comes out, for ops where it depends on values: Reshape, Range. */
  readonly declared?: Shape | undefined;
}

type Type = Pick<Value, "dtype" | "shape">;
type ShapeRule<K extends Op> = (node: PendingNode<K>) => Type;

/** One rule an op; total, so that an op without a rule does not compile. */
const shapeRules: { readonly [K in Op]: ShapeRule<K> } = {
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
  Max: binary,
  Neg: unary,
  Exp: unary,
  Log: unary,
  Sqrt: unary,
  Sigmoid: unary,
  QuickGelu: unary,
  Cos: unary,
  Sin: unary,
  Erf: unary,
  Cast: (node) => ({ dtype: node.attributes.to, shape: at(node, 0).shape }),
  Identity: identityShape,
  LessOrEqual: (node) => ({ ...binary(node), dtype: "bool" }),
  Where: whereShape,
  MatMul: matMulShape,
  FusedMatMul: fusedMatMulShape,
  Gemm: gemmShape,
  Softmax: (node) => alongAxis(node, node.attributes.axis),
  LogSoftmax: (node) => alongAxis(node, node.attributes.axis),
  LayerNormalization: normalizationShape,
  RMSNormalization: normalizationShape,
  RotaryEmbedding: rotaryShape,
  ReduceSum: declaredShape,
  ReduceSumSquare: declaredShape,
  ReduceMean: declaredShape,
  ArgMax: argMaxShape,
  Shape: (node) => ({ dtype: "i64", shape: [node.attributes.end - node.attributes.start] }),
  Range: declaredShape,
  Reshape: reshapeShape,
  Transpose: transposeShape,
  Concat: concatShape,
  Slice: sameRank,
  Pad: sameRank,
  Expand: expandShape,
  Gather: gatherShape,
  GatherElements: elementsShape,
  ScatterElements: scatterShape,
};

/**
 * Element type and shape of a node's output.
 *
 * @throws TypeError naming the node and the types of its inputs, where the op cannot take them.
 */
export function inferType<K extends Op>(node: PendingNode<K>): Type {
  const [least, most] = opSpecs[node.op].arity;
  if (node.inputs.length < least || node.inputs.length > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw wrongInputs(node, `${wanted} inputs`);
  }
  const rule: ShapeRule<K> = shapeRules[node.op];
  return rule(node);
}

/** Broadcasts shapes as NumPy does; null where a pair of sizes differs and neither is 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const sizes: Size[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[a.length - rank + axis] ?? 1;
    const y = b[b.length - rank + axis] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return null;
    sizes.push(x === 1 ? y : x);
  }
  return sizes;
}

function unary(node: PendingNode<Op>): Type {
  return at(node, 0);
}

function binary(node: PendingNode<Op>): Type {
  const [a, b] = [at(node, 0), at(node, 1)];
  if (a.dtype !== b.dtype) throw wrongInputs(node, "inputs of one element type");
  const shape = broadcastShapes(a.shape, b.shape) ?? fail(node, "shapes that broadcast");
  return { dtype: a.dtype, shape };
}

function whereShape(node: PendingNode<"Where">): Type {
  const [condition, x, y] = [at(node, 0), at(node, 1), at(node, 2)];
  if (condition.dtype !== "bool" || x.dtype !== y.dtype) {
    throw wrongInputs(node, "a bool condition and two inputs of one element type");
  }
  const values = broadcastShapes(x.shape, y.shape) ?? fail(node, "shapes that broadcast");
  return { dtype: x.dtype, shape: broadcastShapes(condition.shape, values) ?? fail(node, "shapes that broadcast") };
}

/** The same sizes, under other names where a shape is declared. */
function identityShape(node: PendingNode<"Identity">): Type {
  const x = at(node, 0);
  const shape = node.declared ?? x.shape;
  const agree = shape.every(
    (size, axis) => typeof size === "string" || typeof x.shape[axis] === "string" || size === x.shape[axis],
  );
  if (shape.length !== x.shape.length || !agree) throw wrongInputs(node, `sizes that may be ${formatShape(shape)}`);
  return { dtype: x.dtype, shape };
}

function matMulShape(node: PendingNode<"MatMul">): Type {
  return productShape(node, { transA: false, transB: false });
}

function fusedMatMulShape(node: PendingNode<"FusedMatMul">): Type {
  const { transA = false, transB = false } = node.attributes;
  if (at(node, 0).shape.length < 2 || at(node, 1).shape.length < 2) throw wrongInputs(node, "two matrices");
  return productShape(node, { transA, transB });
}

function productShape(node: PendingNode<Op>, { transA, transB }: { transA: boolean; transB: boolean }): Type {
  const [a, b] = [at(node, 0), at(node, 1)];
  if (a.dtype !== b.dtype) throw wrongInputs(node, "inputs of one element type");
  const [m, inner] = transA ? a.shape.slice(-2).toReversed() : a.shape.slice(-2);
  const [k, n] = transB ? b.shape.slice(-2).toReversed() : b.shape.slice(-2);
  if (m === undefined || n === undefined || inner === undefined || inner !== k) {
    throw wrongInputs(node, "equal inner dimensions");
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)) ?? fail(node, "outer axes that broadcast");
  return { dtype: a.dtype, shape: [...batch, m, n] };
}

function gemmShape(node: PendingNode<"Gemm">): Type {
  const [a, b, c] = [at(node, 0), at(node, 1), node.inputs[2]];
  if (a.shape.length !== 2 || b.shape.length !== 2) throw wrongInputs(node, "two matrices");
  const [m, inner] = node.attributes.transA === true ? a.shape.toReversed() : a.shape;
  const [k, n] = node.attributes.transB === true ? b.shape.toReversed() : b.shape;
  if (m === undefined || n === undefined || inner !== k) throw wrongInputs(node, "equal inner dimensions");
  const shape = [m, n];
  if (a.dtype !== b.dtype || (c !== undefined && c.dtype !== a.dtype)) {
    throw wrongInputs(node, "inputs of one element type");
  }
  const sum = c === undefined ? shape : broadcastShapes(shape, c.shape);
  if (sum === null || !sameShape(sum, shape)) {
    throw wrongInputs(node, `an addend that broadcasts to ${formatShape(shape)}`);
  }
  return { dtype: a.dtype, shape };
}

function normalizationShape(node: PendingNode<"LayerNormalization" | "RMSNormalization">): Type {
  const [x, ...factors] = [at(node, 0), ...node.inputs.slice(1)];
  const axis = axisOf(node, node.attributes.axis, x.shape.length);
  if (!factors.every(({ dtype, shape }) => dtype === x.dtype && sameShape(x.shape.slice(axis), shape))) {
    throw wrongInputs(node, `a scale of the input's axes from ${axis} on`);
  }
  return x;
}

function rotaryShape(node: PendingNode<"RotaryEmbedding">): Type {
  const [x, cos, sin] = [at(node, 0), at(node, 1), at(node, 2)];
  const heads = x.shape.length === 3 ? node.attributes.num_heads : x.shape[1];
  const [batch, time] = x.shape.length === 3 ? x.shape : [x.shape[0], x.shape[2]];
  const width = x.shape.at(-1);
  if (typeof heads !== "number" || typeof width !== "number" || batch === undefined || time === undefined) {
    throw wrongInputs(node, "[B,T,H*D] with num_heads, or [B,H,T,D]");
  }
  const half = (x.shape.length === 3 ? width / heads : width) / 2;
  if (!sameShape(cos.shape, [batch, time, half]) || !sameShape(sin.shape, cos.shape)) {
    throw wrongInputs(node, `cosines and sines of shape ${formatShape([batch, time, half])}`);
  }
  return x;
}

function argMaxShape(node: PendingNode<"ArgMax">): Type {
  const shape = [...at(node, 0).shape];
  const axis = axisOf(node, node.attributes.axis, shape.length);
  if (node.attributes.keepdims) shape[axis] = 1;
  else shape.splice(axis, 1);
  return { dtype: "i64", shape };
}

function reshapeShape(node: PendingNode<"Reshape">): Type {
  const shape = node.declared ?? fail(node, "a declared shape");
  const x = at(node, 0);
  if (multiplySizes(x.shape) !== multiplySizes(shape)) {
    throw wrongInputs(node, `as many elements as ${formatShape(shape)}`);
  }
  return { dtype: x.dtype, shape };
}

function transposeShape(node: PendingNode<"Transpose">): Type {
  const x = at(node, 0);
  const { perm } = node.attributes;
  const isPermutation = perm.length === x.shape.length && new Set(perm).size === perm.length;
  const shape = perm.map((axis) => x.shape[axis]).filter((size) => size !== undefined);
  if (!isPermutation || shape.length !== perm.length) {
    throw wrongInputs(node, `axes that perm [${perm.join(",")}] orders`);
  }
  return { dtype: x.dtype, shape };
}

function concatShape(node: PendingNode<"Concat">): Type {
  const first = at(node, 0);
  const axis = axisOf(node, node.attributes.axis, first.shape.length);
  const rest = first.shape.toSpliced(axis, 1);
  if (!node.inputs.every((x) => x.dtype === first.dtype && sameShape(x.shape.toSpliced(axis, 1), rest))) {
    throw wrongInputs(node, `inputs that differ only on axis ${axis}`);
  }
  const total = addSizes(node.inputs.map((x) => x.shape[axis] ?? 0));
  return { dtype: first.dtype, shape: first.shape.with(axis, total) };
}

function gatherShape(node: PendingNode<"Gather">): Type {
  const [x, indices] = [at(node, 0), at(node, 1)];
  if (indices.dtype !== "i64" && indices.dtype !== "i32") throw wrongInputs(node, "integer indices");
  const axis = axisOf(node, node.attributes.axis, x.shape.length);
  return { dtype: x.dtype, shape: x.shape.toSpliced(axis, 1, ...indices.shape) };
}

function declaredShape(node: PendingNode<Op>): Type {
  return { dtype: at(node, 0).dtype, shape: node.declared ?? fail(node, "a declared shape") };
}

function sameRank(node: PendingNode<Op>): Type {
  const type = declaredShape(node);
  if (type.shape.length !== at(node, 0).shape.length) {
    throw wrongInputs(node, `as many axes as ${formatShape(type.shape)}`);
  }
  return type;
}

function expandShape(node: PendingNode<"Expand">): Type {
  const type = declaredShape(node);
  const shape = broadcastShapes(at(node, 0).shape, type.shape);
  if (shape === null || !sameShape(shape, type.shape)) {
    throw wrongInputs(node, `an input that broadcasts to ${formatShape(type.shape)}`);
  }
  return type;
}

function elementsShape(node: PendingNode<"GatherElements">): Type {
  const [x, indices] = [at(node, 0), at(node, 1)];
  const axis = axisOf(node, node.attributes.axis, x.shape.length);
  if (!sameShape(x.shape.toSpliced(axis, 1), indices.shape.toSpliced(axis, 1))) {
    throw wrongInputs(node, `indices that differ only on axis ${axis}`);
  }
  return { dtype: x.dtype, shape: indices.shape };
}

function scatterShape(node: PendingNode<"ScatterElements">): Type {
  const [x, indices, updates] = [at(node, 0), at(node, 1), at(node, 2)];
  axisOf(node, node.attributes.axis, x.shape.length);
  if (
    !sameShape(indices.shape, updates.shape) ||
    indices.shape.length !== x.shape.length ||
    x.dtype !== updates.dtype
  ) {
    throw wrongInputs(node, "indices and updates of one shape, and as many axes as the input");
  }
  return x;
}

function alongAxis(node: PendingNode<Op>, axis: number): Type {
  const x = at(node, 0);
  axisOf(node, axis, x.shape.length);
  return x;
}

function axisOf(node: PendingNode<Op>, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
    throw wrongInputs(node, `an axis ${axis} in the input`);
  }
  return positive;
}

function at(node: PendingNode<Op>, index: number): Value {
  return node.inputs[index] ?? fail(node, `an input ${index}`);
}

function fail(node: PendingNode<Op>, expected: string): never {
  throw wrongInputs(node, expected);
}

function wrongInputs(node: PendingNode<Op>, expected: string): TypeError {
  const found = node.inputs.map(formatType).join(" and ") || "none";
  return new TypeError(`Cannot apply ${node.op} at "${node.name}": expected ${expected}, got ${found}`);
}
