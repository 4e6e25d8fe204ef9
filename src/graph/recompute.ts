/**
 * Gradient checkpointing: the backward pass computes a block's values again, from the values that enter it, instead of
 * keeping them.
 *
 * Source: Chen et al. 2016. Here the second computation waits (after.ts) for the gradient that enters the block from
 * above and for the gradients of weights that are already found: else a runtime might start it early, or fold it with the first.
 */

import { after, whenComputed } from "./after.ts";
import type { GraphBuilder } from "./builder.ts";
import type { Node, Value } from "./graph.ts";

/** The block that a node belongs to, by a name of its own; null where its value is kept. */
export type BlockOf = (node: Node) => string | null;

interface Setting {
  readonly blockOf: BlockOf;
  /** Gradients of weights that are known so far. */
  readonly found: () => readonly Value[];
}

/**
 * Gives, for a node and the gradient of its output, the node over recomputed values. The nodes of a block must follow one
 * another, and are asked for from the last to the first.
 */
export function recomputation(
  graph: GraphBuilder,
  nodes: readonly Node[],
  { blockOf, found }: Setting,
): (node: Node, outer: Value) => Node {
  const blocks = new Map<string, Node[]>();
  for (const node of nodes) {
    const block = blockOf(node);
    if (block === null) continue;
    blocks.set(block, [...(blocks.get(block) ?? []), node]);
  }
  const copies = new Map<string, ReadonlyMap<Value, Value>>();
  const waitedFor = new Set<Value>();
  return (node, outer) => {
    const block = blockOf(node);
    const members = block === null ? undefined : blocks.get(block);
    if (block === null || members === undefined) return node;
    let known = copies.get(block);
    if (known === undefined) {
      const weights = found().filter((weight) => !waitedFor.has(weight));
      for (const weight of weights) waitedFor.add(weight);
      known = copy(graph, members, [outer, ...weights]);
      copies.set(block, known);
    }
    const over = (value: Value): Value => known.get(value) ?? value;
    return { ...node, inputs: node.inputs.map(over), output: over(node.output) };
  };
}

/** Computes a block once more; values that depend on weights alone are kept. */
function copy(graph: GraphBuilder, members: readonly Node[], before: readonly Value[]): ReadonlyMap<Value, Value> {
  const flag = whenComputed(graph, before);
  const inside = new Set(members.map((node) => node.output));
  const copies = new Map<Value, Value>();
  for (const node of members) {
    for (const input of node.inputs) {
      const isEntry = !inside.has(input) && !copies.has(input) && graph.nodeOf(input) !== undefined;
      if (isEntry && input.dtype === "f32") copies.set(input, after(graph, input, flag));
    }
    if (!node.inputs.some((input) => copies.has(input))) continue;
    const inputs = node.inputs.map((input) => copies.get(input) ?? input);
    const add = graph.op as (op: Node["op"], inputs: readonly Value[], attributes: unknown, options: object) => Value;
    copies.set(node.output, add(node.op, inputs, node.attributes, { shape: node.output.shape })); // as it was added
  }
  return copies;
}
