/** What rules of gradients are written with: the node at hand, sums over broadcast axes, constants, products. */

import { tensor } from "../base/tensor.ts";
import { reduce } from "./axes.ts";
import type { GraphBuilder } from "./builder.ts";
import type { NodeOf, Value } from "./graph.ts";
import type { Op } from "./op.ts";

/** A node of which a gradient is wanted. */
export interface Step<K extends Op> {
  readonly g: GraphBuilder;
  readonly node: NodeOf<K>;
  readonly inputs: readonly Value[];
  readonly y: Value;
  /** dL/dy. */
  readonly dy: Value;
}

/** Undoes broadcasting: sums over the axes that `x` lacks or has with size 1. */
export function sumTo(g: GraphBuilder, dy: Value, x: Value | undefined): Value {
  const { shape } = given(x);
  const missing = dy.shape.length - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return dy;
  return g.reshape(reduce(g, "ReduceSum", dy, axes), shape);
}

/** A constant of x's element type with one axis. */
export function number(g: GraphBuilder, x: Value, value: number): Value {
  return g.constant(
    x.dtype === "f64" ? tensor("f64", [1], Float64Array.of(value)) : tensor("f32", [1], Float32Array.of(value)),
  );
}

/** A constant of x's element type without axes. */
export function scalar(g: GraphBuilder, x: Value, value: number): Value {
  return g.constant(
    x.dtype === "f64" ? tensor("f64", [], Float64Array.of(value)) : tensor("f32", [], Float32Array.of(value)),
  );
}

/** a b. */
export function mul(g: GraphBuilder, a: Value | undefined, b: Value | undefined): Value {
  return g.op("Mul", [given(a), given(b)]);
}

/** a / b. */
export function div(g: GraphBuilder, a: Value | undefined, b: Value | undefined): Value {
  return g.op("Div", [given(a), given(b)]);
}

/** An input that shape inference has made sure of. */
export function given(x: Value | undefined): Value {
  if (x === undefined) throw new TypeError("Cannot differentiate a node: expected one more input");
  return x;
}

/** @throws TypeError always. */
export function notDifferentiable(what: string): never {
  throw new TypeError(`Cannot differentiate ${what}: expected an input with a gradient`);
}
