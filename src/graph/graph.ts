/** A graph as a value: typed nodes between named inputs and outputs. Nothing here knows a session. */

import type { Dtype } from "../base/dtype.ts";
import { formatShape, type Shape } from "../base/shape.ts";
import type { Tensor } from "../base/tensor.ts";
import type { Op, OpAttributes } from "./op.ts";

/** A tensor that will exist when the graph runs. */
export interface Value {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** One application of one op. `name` is also the name of its output. */
export interface NodeOf<K extends Op> {
  readonly op: K;
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[K];
  readonly output: Value;
  /** See `NodeOptions`. */
  readonly gradientTo?: Value;
}

/** A node of any op. */
export type Node = { readonly [K in Op]: NodeOf<K> }[Op];

/** Bytes inside a file; `location` is relative to the folder that the session is told. */
export interface ExternalBytes {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A tensor that is part of the graph: its elements inside it, or a place in a file. */
export interface Initializer {
  readonly value: Value;
  readonly source:
    { readonly kind: "inline"; readonly tensor: Tensor } | ({ readonly kind: "external" } & ExternalBytes);
}

/** A whole graph; nodes are in an order in which they can run. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
}

/** `f32[B,T]`. */
export function formatType(value: Pick<Value, "dtype" | "shape">): string {
  return `${value.dtype}${formatShape(value.shape)}`;
}
