/**
 * Attention of several sequences that may share a prefix and may each have a cache.
 *
 * Letters: B sequences, T new tokens of each, S slots of each one's cache, P tokens of the shared prefix, K key-value
 * heads, G query heads of each, D width of a head.
 *
 * Source: Vaswani et al. 2017, eq. 1; Ainslie et al. 2023 (grouped queries); Juravsky et al. 2024 (shared prefixes).
 */

import type { Shape } from "../base/shape.ts";
import { slice, transposeLast } from "../graph/axes.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import { addSizes, multiplySizes, type Size } from "../graph/dimension.ts";
import type { Value } from "../graph/graph.ts";

/** Keys and values of one layer. */
export interface KeyValue {
  readonly key: Value;
  readonly value: Value;
}

/** What one layer attends with and to; key and value are those of the new tokens, [K, B, T, D]. */
export interface Attended extends KeyValue {
  readonly query: Value; // [K, B, G, T, D]
  readonly past?: KeyValue | undefined; // [K, P, D]
  readonly slots?: KeyValue | undefined; // [K, B, S, D]
  /** Added to the scores of prefix, slots and new tokens, in this order; broadcasts to [K, B, G, T, P+S+T]. */
  readonly mask: Value;
  readonly sizes: { readonly K: number; readonly G: number; readonly D: number };
}

/** Keys and values of one kind; the queries that meet them stand under `rows`, so that shared ones are not copied. */
interface Part extends KeyValue {
  readonly rows: Shape;
  readonly length: Size;
}

/** Softmax attention of B sequences over the prefix they share, over their slots and over their new tokens. */
export function attend(graph: GraphBuilder, io: Attended): Value {
  const { K, G, D } = io.sizes;
  const parts = partsOf(io);
  const scores = parts.map(({ key, rows, length }) => {
    const product = graph.op("MatMul", [graph.reshape(io.query, [...rows, D]), transposeLast(graph, key)]);
    return graph.reshape(product, [K, "B", G, "T", length]);
  });
  const whole = scores.length === 1 ? scores : [graph.op("Concat", scores, { axis: 4 })];
  const weights = graph.op("Softmax", [graph.op("Add", [...whole, io.mask])], { axis: -1 }); // [K, B, G, T, P+S+T]
  const mixed = parts.map(({ value, rows, length }, index) => {
    const own = cut(graph, weights, { before: parts.slice(0, index), length, isWhole: parts.length === 1 });
    return graph.reshape(graph.op("MatMul", [graph.reshape(own, [...rows, length]), value]), [K, "B", G, "T", D]);
  });
  return mixed.reduce((sum, part) => graph.op("Add", [sum, part]));
}

function partsOf({ past, slots, key, value, sizes: { K, G } }: Attended): readonly Part[] {
  const single = [K, "B", multiplySizes([G, "T"])];
  const shared = [K, multiplySizes(["B", G, "T"])];
  const own = { key, value, rows: single, length: "T" };
  return [
    ...(past === undefined ? [] : [{ ...past, rows: shared, length: past.key.shape[1] ?? 0 }]),
    ...(slots === undefined ? [] : [{ ...slots, rows: single, length: slots.key.shape[2] ?? 0 }]),
    own,
  ];
}

/** The columns of one part. */
function cut(
  graph: GraphBuilder,
  weights: Value,
  { before, length, isWhole }: { readonly before: readonly Part[]; readonly length: Size; readonly isWhole: boolean },
): Value {
  if (isWhole) return weights;
  const start = addSizes(before.map((part) => part.length));
  const end = addSizes([start, length]);
  return slice(graph, weights, { axis: 4, start: graph.size(start), end: graph.size(end), size: length });
}
