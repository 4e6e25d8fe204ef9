import assert from "node:assert/strict";

import { dtypeBytes } from "../../src/base/dtype.ts";
import { reduce } from "../../src/graph/axes.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { gradients } from "../../src/graph/gradient.ts";
import type { Graph, Node, Value } from "../../src/graph/graph.ts";

const [blockCount, valuesInBlock] = [8, 12];

/** A chain of blocks, each of products and sigmoids in turn, with the gradient of every product's weight. */
function chain(recompute: boolean): Graph {
  const graph = graphBuilder();
  const weights: Value[] = [];
  let x = graph.input("x", "f32", [4, 4]);
  for (let i = 0; i < blockCount; i++) {
    const block = graph.scope(`blocks.${i}`);
    for (let place = 0; place < valuesInBlock; place += 2) {
      const weight = graph.input(`w${weights.length}`, "f32", [4, 4]);
      x = block.op("Sigmoid", [block.op("Gemm", [x, weight])]);
      weights.push(weight);
    }
  }
  const loss = reduce(graph, "ReduceSum", x, [0, 1]);
  const blockOf = ({ name }: Node): string | null => /^blocks\.\d+/.exec(name)?.[0] ?? null;
  const found = gradients(graph, loss, weights, recompute ? { blockOf } : {});
  return graph.build(Object.fromEntries(found.map((gradient, i) => [`dw${i}`, gradient])));
}

/** The nodes without those that compute what another one computes, as a runtime that optimizes leaves them. */
function folded({ nodes }: Graph): readonly Node[] {
  const first = new Map<string, Value>();
  const same = new Map<Value, Value>();
  return nodes.flatMap((node): Node[] => {
    const inputs = node.inputs.map((input) => same.get(input) ?? input);
    const key = JSON.stringify([node.op, node.attributes, inputs.map(({ name }) => name)]);
    const known = first.get(key);
    if (known !== undefined) same.set(node.output, known);
    else first.set(key, node.output);
    return known === undefined ? [{ ...node, inputs }] : [];
  });
}

/** Nodes in the order of their distance from the inputs: each runs as soon as it can. */
function asSoonAsPossible(nodes: readonly Node[]): readonly Node[] {
  const depths = new Map<Value, number>();
  for (const { inputs, output } of nodes) depths.set(output, Math.max(...inputs.map((x) => 1 + (depths.get(x) ?? 0))));
  return nodes.toSorted((a, b) => (depths.get(a.output) ?? 0) - (depths.get(b.output) ?? 0));
}

/** Nodes in the order of their distance from the outputs: each runs as late as it can. */
function asLateAsPossible(nodes: readonly Node[]): readonly Node[] {
  const heights = new Map<Value, number>();
  for (const { inputs, output } of nodes.toReversed()) {
    for (const input of inputs) heights.set(input, Math.max(heights.get(input) ?? 0, 1 + (heights.get(output) ?? 0)));
  }
  return nodes.toSorted((a, b) => (heights.get(b.output) ?? 0) - (heights.get(a.output) ?? 0));
}

/** The most bytes that are computed and still to be read at one time, the outputs left out. */
function peakBytes(nodes: readonly Node[]): number {
  const lastRead = new Map(nodes.flatMap(({ inputs }, place) => inputs.map((input) => [input, place] as const)));
  const live = new Map<Value, number>();
  let peak = 0;
  nodes.forEach(({ output, inputs }, place) => {
    const size = output.shape.reduce<number>((count, axis) => count * Number(axis), dtypeBytes[output.dtype]);
    if (lastRead.has(output)) live.set(output, size);
    peak = Math.max(
      peak,
      [...live.values()].reduce((sum, one) => sum + one, 0),
    );
    for (const input of inputs) if (lastRead.get(input) === place) live.delete(input);
  });
  return peak;
}

describe("graph/recompute", () => {
  const orders = { "as it stands": (nodes: readonly Node[]) => nodes, asSoonAsPossible, asLateAsPossible };
  for (const [name, order] of Object.entries(orders)) {
    it(`recomputed blocks take less than half of the memory in any order, and where equal nodes are folded (${name})`, () => {
      const [plain, recomputed] = [false, true].map((recompute) => peakBytes(order(folded(chain(recompute)))));
      assert.ok(2 * (recomputed ?? NaN) < (plain ?? NaN), `${recomputed} and ${plain} bytes`);
    });
  }
});
