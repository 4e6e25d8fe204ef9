/** Ops whose axes are constants of the graph, with the shapes that follow from them. */

import type { Shape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import type { GraphBuilder } from "./builder.ts";
import type { Size } from "./dimension.ts";
import type { Value } from "./graph.ts";

/** Sums, sums of squares or means over axes, which stay with size 1. */
export function reduce(
  graph: GraphBuilder,
  op: "ReduceSum" | "ReduceSumSquare" | "ReduceMean",
  x: Value,
  axes: readonly number[],
): Value {
  const places = new Set(axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
  const shape = x.shape.map((size, axis) => (places.has(axis) ? 1 : size));
  return graph.op(op, [x, graph.constant(integers([...places]))], { keepdims: true }, { shape });
}

/** Exchanges the last two axes. */
export function transposeLast(graph: GraphBuilder, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return graph.op("Transpose", [x], { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] });
}

/** A slice along one axis, from `start` to `end` (i64 tensors of one element), of the given size. */
export function slice(
  graph: GraphBuilder,
  x: Value,
  {
    axis,
    start,
    end,
    size,
  }: { readonly axis: number; readonly start: Value; readonly end: Value; readonly size: Size },
): Value {
  const shape: Shape = x.shape.with(axis, size);
  return graph.op("Slice", [x, start, end, graph.size(axis < 0 ? axis + x.shape.length : axis)], {}, { shape });
}

function integers(values: readonly number[]): Tensor<"i64"> {
  return tensor("i64", [values.length], BigInt64Array.from(values, BigInt));
}
