/**
 * Attention of several sequences that may share a prefix.
 *
 * Letters: B sequences, T new tokens of each, S tokens that these attend to one by one (the T new ones, or the slots of a
 * cache), P tokens of the shared prefix, K key-value heads, G query heads of each, D width of a head.
 *
 * Source: Vaswani et al. 2017, eq. 1; Ainslie et al. 2023 (grouped queries); Juravsky et al. 2024 (shared prefixes).
 */

import { slice, transposeLast } from "../graph/axes.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import { addSizes, multiplySizes, type Size } from "../graph/dimension.ts";
import type { Value } from "../graph/graph.ts";

/** Keys and values of one layer. */
export interface KeyValue {
  readonly key: Value;
  readonly value: Value;
}

/** What one layer attends with and to; key and value are each sequence's own, [K, B, S, D]. */
export interface Attended extends KeyValue {
  readonly query: Value; // [K, B, G, T, D]
  readonly past: KeyValue | undefined; // [K, P, D]
  readonly mask: Value;
  readonly sizes: { readonly K: number; readonly G: number; readonly D: number };
}

/** Softmax attention of B sequences over the prefix they share, whose keys are not copied, and over their own tokens. */
export function attend(graph: GraphBuilder, io: Attended): Value {
  const { K, G, D } = io.sizes;
  const own = multiplySizes([G, "T"]);
  const S = io.key.shape[2] ?? 0;
  const ownScores = graph.op("MatMul", [graph.reshape(io.query, [K, "B", own, D]), transposeLast(graph, io.key)]);
  const scores = withPastScores(graph, io, graph.reshape(ownScores, [K, "B", G, "T", S])); // [K, B, G, T, P+S]
  const weights = graph.op("Softmax", [graph.op("Add", [scores, io.mask])], { axis: -1 });
  const parts = splitWeights(graph, io, weights);
  const fromOwn = graph.op("MatMul", [graph.reshape(parts.own, [K, "B", own, S]), io.value]); // [K, B, G*T, D]
  const mixed =
    parts.fromPast === null ? fromOwn : graph.op("Add", [graph.reshape(parts.fromPast, [K, "B", own, D]), fromOwn]);
  return graph.reshape(mixed, [K, "B", G, "T", D]);
}

function withPastScores(graph: GraphBuilder, { past, query, sizes: { K, G, D } }: Attended, own: Value): Value {
  if (past === undefined) return own;
  const queries = graph.reshape(query, [K, multiplySizes(["B", G, "T"]), D]);
  const scores = graph.op("MatMul", [queries, transposeLast(graph, past.key)]); // [K, B*G*T, P]
  return graph.op("Concat", [graph.reshape(scores, [K, "B", G, "T", lengthOf(past)]), own], { axis: 4 });
}

function splitWeights(
  graph: GraphBuilder,
  { past, key, sizes: { K, G } }: Attended,
  weights: Value,
): { readonly own: Value; readonly fromPast: Value | null } {
  if (past === undefined) return { own: weights, fromPast: null };
  const [P, S] = [lengthOf(past), key.shape[2] ?? 0];
  const part = (start: Size, end: Size, size: Size): Value =>
    slice(graph, weights, { axis: 4, start: graph.size(start), end: graph.size(end), size });
  const pastWeights = graph.reshape(part(0, P, P), [K, multiplySizes(["B", G, "T"]), P]);
  return {
    own: part(P, addSizes([P, S]), S),
    fromPast: graph.op("MatMul", [pastWeights, past.value]), // [K, B*G*T, D]
  };
}

function lengthOf({ key }: KeyValue): Size {
  return key.shape[1] ?? 0;
}
