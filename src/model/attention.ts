/**
 * Attention of several sequences that may share a prefix and may each have a cache.
 *
 * Letters: B sequences, T new tokens of each, S slots of each one's cache, P tokens of the shared prefix, K key-value
 * heads, G query heads of each, D width of a head.
 *
 * Source: Vaswani et al. 2017, eq. 1; Ainslie et al. 2023 (grouped queries); Juravsky et al. 2024 (shared prefixes).
 */

import { tensor } from "../base/tensor.ts";
import { reduce, slice } from "../graph/axes.ts";
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
  readonly query: Value; // [K, B, G*T, D]
  readonly past?: KeyValue | undefined; // [K, P, D]
  readonly slots?: KeyValue | undefined; // [K, B, S, D]
  /** Added to the scores of prefix, slots and new tokens, in this order, [B, G*T, P+S+T]. */
  readonly mask: Value;
  readonly sizes: { readonly K: number; readonly G: number; readonly D: number };
}

/** Keys and values of one kind, and the queries that meet them: of each sequence alone, or of all of them together. */
interface Part extends KeyValue {
  readonly isShared: boolean;
  readonly length: Size;
}

/** What a layer's tokens took from where. */
export interface Attention {
  readonly mixed: Value; // [K, B, G*T, D]
  /** How much of each place, [K, B, G*T, P+S+T]; a row adds up to 1. */
  readonly weights: Value;
}

/** Softmax attention of B sequences over the prefix they share, whose keys are not copied, over their slots and new tokens. */
export function attend(graph: GraphBuilder, io: Attended): Attention {
  const { query, mask } = io;
  const { K, G, D } = io.sizes;
  const own = multiplySizes([G, "T"]);
  const parts = partsOf(io);
  const lengths = parts.map(({ length }) => length);
  const all = [K, multiplySizes(["B", own])];
  const scores = parts.map(({ key, isShared, length }) => {
    const met = isShared ? graph.reshape(query, [...all, D]) : query;
    const product = graph.op("FusedMatMul", [met, key], { transB: true });
    return isShared ? graph.reshape(product, [K, "B", own, length]) : product;
  });
  const whole = joinLast(graph, scores); // [K, B, G*T, P+S+T]
  const masked = graph.op("Add", [whole, mask]);
  const weights = graph.op("Softmax", [parts.length === 1 ? bounded(graph, masked, io) : masked], { axis: -1 });
  const mixed = parts.map(({ value, isShared, length }, index) => {
    const part = parts.length === 1 ? weights : cut(graph, weights, { before: lengths.slice(0, index), length });
    if (!isShared) return graph.op("MatMul", [part, value]);
    return graph.reshape(graph.op("MatMul", [graph.reshape(part, [...all, length]), value]), [K, "B", own, D]);
  });
  return { mixed: mixed.reduce((before, part) => graph.op("Add", [before, part])), weights };
}

function partsOf({ past, slots, key, value }: Attended): readonly Part[] {
  return [
    ...(past === undefined ? [] : [{ ...past, isShared: true, length: past.key.shape[1] ?? 0 }]),
    ...(slots === undefined ? [] : [{ ...slots, isShared: false, length: slots.key.shape[2] ?? 0 }]),
    { key, value, isShared: false, length: "T" },
  ];
}

/** What a masked place may weigh less than a token's own: e^-40 is nothing beside it in f32. */
const leastScore = -40;

/**
 * Scores, none more than 40 below that of the query's own key, which is always seen. Masked places, at -inf before, weigh at most
 * 4e-18 of that: e^-inf costs ONNX Runtime ten times as much as e^-40, as it comes to numbers below 1e-38 on the way.
 * Training gains 35 ms a step at M; scoring gains nothing to speak of, and its graph opens sooner without these nodes.
 */
function bounded(graph: GraphBuilder, scores: Value, { query, key, sizes: { K, G, D } }: Attended): Value {
  const [queries, keys] =
    G === 1 ? [query, key] : [graph.reshape(query, [K, "B", G, "T", D]), graph.reshape(key, [K, "B", 1, "T", D])];
  const sums = reduce(graph, "ReduceSum", graph.op("Mul", [queries, keys]), [-1]);
  const least = graph.op("Add", [sums, graph.constant(tensor("f32", [1], Float32Array.of(leastScore)))]);
  const rows = G === 1 ? least : graph.reshape(least, [K, "B", multiplySizes([G, "T"]), 1]);
  return graph.op("Max", [scores, rows], {}, { gradientTo: scores });
}

function joinLast(graph: GraphBuilder, values: readonly Value[]): Value {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : graph.op("Concat", values, { axis: 3 });
}

/** The columns of one part. */
function cut(
  graph: GraphBuilder,
  weights: Value,
  { before, length }: { readonly before: readonly Size[]; readonly length: Size },
): Value {
  const start = addSizes(before);
  const end = addSizes([start, length]);
  return slice(graph, weights, { axis: 3, start: graph.size(start), end: graph.size(end), size: length });
}
