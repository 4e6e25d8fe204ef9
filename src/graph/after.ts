/**
 * Order in time. A runtime may run a node as soon as its inputs are there, and folds nodes that compute the same; a value
 * that has to be computed late, or a second time, must depend on what comes before it.
 */

import { tensor } from "../base/tensor.ts";
import { slice } from "./axes.ts";
import type { GraphBuilder } from "./builder.ts";
import { multiplySizes } from "./dimension.ts";
import type { Value } from "./graph.ts";

/** A truth value [1] that is there when all of `values` (f32) are; false only where a first element of one is no number. */
export function whenComputed(graph: GraphBuilder, values: readonly Value[]): Value {
  const firsts = values.map((value) => {
    const flat = graph.reshape(value, [multiplySizes(value.shape)]);
    return slice(graph, flat, { axis: 0, start: graph.size(0), end: graph.size(1), size: 1 });
  });
  const sum = firsts.reduce((total, first) => graph.op("Add", [total, first]));
  return graph.op("LessOrEqual", [sum, number(graph, Infinity)]);
}

/** The value `x` (f32), which nothing can read before `flag` is computed. */
export function after(graph: GraphBuilder, x: Value, flag: Value): Value {
  return graph.op("Where", [flag, x, number(graph, NaN)]);
}

function number(graph: GraphBuilder, value: number): Value {
  return graph.constant(tensor("f32", [1], Float32Array.of(value)));
}
