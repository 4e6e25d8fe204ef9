/**
 * Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of a scalar.
 *
 * Only what lies between the scalar and the wanted values is built, which is what makes training a few tensors cheap.
 */

import { tensor } from "../base/tensor.ts";
import type { GraphBuilder } from "./builder.ts";
import { formatType, type Node, type Value } from "./graph.ts";
import { gradientOf } from "./gradient-rules.ts";

/**
 * The gradients of `loss` (one element, f32 or f64) with respect to each of `targets`, in their order and of their
 * shapes; zeros where the loss does not depend on one.
 *
 * @throws TypeError where the loss is not one floating-point element, or a path leads through an op that has no
 * gradient, naming its node.
 */
export function gradients(graph: GraphBuilder, loss: Value, targets: readonly Value[]): readonly Value[] {
  if (loss.shape.some((size) => size !== 1) || (loss.dtype !== "f32" && loss.dtype !== "f64")) {
    throw new TypeError(`Cannot differentiate "${loss.name}": expected one f32 or f64, got ${formatType(loss)}`);
  }
  const nodes = graph.nodes();
  const dependent = dependentValues(nodes, targets);
  const sums = new Map<Value, Value>([[loss, filled(graph, loss, 1)]]);
  for (const node of nodes.toReversed()) {
    const outer = sums.get(node.output);
    if (outer === undefined || !dependent.has(node.output)) continue;
    const wanted = node.inputs.map((input) => dependent.has(input));
    gradientOf(graph, node, { outer, wanted }).forEach((part, i) => {
      const input = node.inputs[i];
      if (part === null || input === undefined || wanted[i] !== true) return;
      const sum = sums.get(input);
      sums.set(input, sum === undefined ? part : graph.op("Add", [sum, part]));
    });
  }
  return targets.map((target) => sums.get(target) ?? graph.expand(filled(graph, target, 0), target.shape));
}

/** The targets and everything computed from them. */
function dependentValues(nodes: readonly Node[], targets: readonly Value[]): ReadonlySet<Value> {
  const dependent = new Set(targets);
  for (const node of nodes) if (node.inputs.some((input) => dependent.has(input))) dependent.add(node.output);
  return dependent;
}

/** A number of the type of a value, with as many axes, all of size 1. */
function filled(graph: GraphBuilder, { dtype, shape }: Value, value: number): Value {
  const ones = shape.map(() => 1);
  return graph.constant(
    dtype === "f64" ? tensor("f64", ones, Float64Array.of(value)) : tensor("f32", ones, Float32Array.of(value)),
  );
}
