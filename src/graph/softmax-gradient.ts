/**
 * The gradient of Softmax, dS = P (dP - rowsum(dP P)). Where P is mixed with values, O = P V, and comes back as dP = dO V',
 * the sum is rowsum(dO O): of D numbers a row instead of as many as there are keys, and without the product dP P in memory.
 *
 * Source: Dao 2023 (FlashAttention-2), section 3.1.2.
 */

import { reduce } from "./axes.ts";
import type { GraphBuilder } from "./builder.ts";
import type { Node, Value } from "./graph.ts";

/** dL/dx of y = Softmax(x) along `axis`, given y and dL/dy. */
export function softmaxGradient(
  graph: GraphBuilder,
  { y, dy, axis }: { readonly y: Value; readonly dy: Value; readonly axis: number },
): Value {
  const isLast = axis === -1 || axis === y.shape.length - 1;
  const sum = (isLast ? mixedSum(graph, y, dy) : null) ?? reduce(graph, "ReduceSum", graph.op("Mul", [dy, y]), [axis]);
  return graph.op("Mul", [y, graph.op("Sub", [dy, sum])]);
}

/** rowsum(dO O), where dy is dO V' and y V is in the graph; else null. */
function mixedSum(graph: GraphBuilder, y: Value, dy: Value): Value | null {
  const back = graph.nodeOf(unshaped(graph, dy));
  if (back?.op !== "FusedMatMul" || !isPlainTransB(back)) return null;
  const [outer, values] = back.inputs;
  if (outer === undefined || values === undefined) return null;
  const source = unshaped(graph, y);
  const mixing = graph
    .nodes()
    .find(
      ({ op, inputs: [rows, columns] }) =>
        op === "MatMul" && columns === values && rows !== undefined && unshaped(graph, rows) === source,
    );
  if (mixing?.output.shape.join() !== outer.shape.join()) return null;
  const sum = joinedSum(graph, mixing.output, outer) ?? rowSum(graph, mixing.output, outer);
  return graph.reshape(sum, [...y.shape.slice(0, -1), 1]);
}

/** The sum over O as its reader has it, with other axes in front: what is read there is kept anyway. */
function joinedSum(graph: GraphBuilder, mixed: Value, outer: Value): Value | null {
  const back = graph.nodeOf(unshaped(graph, outer));
  const turned = graph
    .nodes()
    .find(
      (node) => node.op === "Transpose" && node.inputs[0] !== undefined && unshaped(graph, node.inputs[0]) === mixed,
    );
  if (back?.op !== "Transpose" || turned?.op !== "Transpose") return null;
  const {
    inputs: [before],
  } = back;
  const { perm } = back.attributes;
  const isInverse = turned.attributes.perm.every((axis, i) => perm[axis] === i);
  const keepsRows = perm.at(-1) === perm.length - 1;
  if (!isInverse || !keepsRows || before?.shape.join() !== turned.output.shape.join()) return null;
  return graph.op("Transpose", [rowSum(graph, turned.output, before)], { perm });
}

function rowSum(graph: GraphBuilder, a: Value, b: Value): Value {
  return reduce(graph, "ReduceSum", graph.op("Mul", [a, b]), [-1]);
}

function isPlainTransB({ attributes }: Node & { readonly op: "FusedMatMul" }): boolean {
  const { alpha = 1, transA = false, transB = false } = attributes;
  return alpha === 1 && !transA && transB;
}

/** The value before it was reshaped. */
function unshaped(graph: GraphBuilder, value: Value): Value {
  const node = graph.nodeOf(value);
  const [before] = node?.op === "Reshape" ? node.inputs : [];
  return before === undefined ? value : unshaped(graph, before);
}
