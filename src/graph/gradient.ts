/**
 * Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of a scalar.
 *
 * Only what lies between the scalar and the wanted values is built, which is what makes training a few tensors cheap.
 */

import { tensor } from "../base/tensor.ts";
import type { GraphBuilder } from "./builder.ts";
import { formatType, type Node, type Value } from "./graph.ts";
import { gradientOf } from "./gradient-rules.ts";
import { type BlockOf, recomputation } from "./recompute.ts";

/** How gradients are computed. */
export interface GradientOptions {
  /** Nodes of one block are computed again for the backward pass instead of being kept; null: kept. Default: all are kept. */
  readonly blockOf?: BlockOf;
}

/**
 * The gradients of `loss` (one element, f32 or f64) with respect to each of `targets`, in their order and of their
 * shapes; zeros where the loss does not depend on one.
 *
 * @throws TypeError where the loss is not one floating-point element, or a path leads through an op that has no
 * gradient, naming its node.
 */
export function gradients(
  graph: GraphBuilder,
  loss: Value,
  targets: readonly Value[],
  options: GradientOptions = {},
): readonly Value[] {
  if (loss.shape.some((size) => size !== 1) || (loss.dtype !== "f32" && loss.dtype !== "f64")) {
    throw new TypeError(`Cannot differentiate "${loss.name}": expected one f32 or f64, got ${formatType(loss)}`);
  }
  const found = pullBack(graph, new Map([[loss, filled(graph, loss, 1)]]), { ...options, targets });
  return targets.map((target) => found.get(target) ?? graph.expand(filled(graph, target, 0), target.shape));
}

/** What gradients are wanted of. */
export interface PullBackOptions extends GradientOptions {
  readonly targets: readonly Value[];
  /** One of the targets, a computed value, behind which nothing is looked for. */
  readonly until?: Value;
}

/**
 * Carries gradients back: given dL/dy of some values, dL/dx of each target on which they depend; the others are left out.
 * A target that is given too starts from what is given.
 *
 * @throws TypeError where a path leads through an op that has no gradient, naming its node.
 */
export function pullBack(
  graph: GraphBuilder,
  given: ReadonlyMap<Value, Value>,
  { targets, until, blockOf = () => null }: PullBackOptions,
): ReadonlyMap<Value, Value> {
  const nodes = graph.nodes();
  const dependent = dependentValues(nodes, targets);
  const sums = new Map(given);
  const add = (value: Value, part: Value): void => {
    const sum = sums.get(value);
    sums.set(value, sum === undefined ? part : graph.op("Add", [sum, part]));
  };
  const found = (): readonly Value[] => targets.flatMap((target) => sums.get(target) ?? []);
  const again = recomputation(graph, nodes, { blockOf, found });
  for (const node of nodes.toReversed()) {
    const outer = sums.get(node.output);
    if (outer === undefined || !dependent.has(node.output) || node.output === until) continue;
    if (node.gradientTo !== undefined) {
      add(node.gradientTo, outer);
      continue;
    }
    const wanted = node.inputs.map((input) => dependent.has(input));
    gradientOf(graph, again(node, outer), { outer, wanted }).forEach((part, i) => {
      const input = node.inputs[i];
      if (part !== null && input !== undefined && wanted[i] === true) add(input, part);
    });
  }
  return new Map(targets.flatMap((target) => [...entryOf(sums, target)]));
}

function entryOf(sums: ReadonlyMap<Value, Value>, target: Value): readonly (readonly [Value, Value])[] {
  const sum = sums.get(target);
  return sum === undefined ? [] : [[target, sum]];
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
