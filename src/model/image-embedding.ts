/**
 * Pictures among the tokens: an id of -200 or below stands for a row of image features.
 *
 * LLaVA puts one placeholder, -200, where a picture goes, and exchanges it for the picture's rows when it embeds. Here
 * each row has an id of its own, so that texts with pictures are sequences of ids like all others.
 * Source: LLaVA@v1.2.2.post1/llava/constants.py and llava/model/llava_arch.py.
 */

import { tensor } from "../base/tensor.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** The id of row 0 of the image features; row r has the id -200 - r. */
export const imageTokenIndex = -200;

/** The ids that stand for `count` rows from `first` on. */
export function imageRowIds(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, row) => imageTokenIndex - first - row);
}

/**
 * Embeddings f32[B,T,hiddenSize] of ids i64[B,T]: rows of `table` f32[V,hiddenSize], and of `images` f32[N,hiddenSize],
 * N at least 1.
 */
export function embedWithImages(
  graph: GraphBuilder,
  ids: Value,
  { table, images }: { readonly table: Value; readonly images: Value },
): Value {
  const integer = (value: number): Value => graph.constant(tensor("i64", [], BigInt64Array.of(BigInt(value))));
  const isImage = graph.op("LessOrEqual", [ids, integer(imageTokenIndex)]);
  const row = graph.op("Sub", [integer(imageTokenIndex), ids]);
  const fromImages = graph.op("Gather", [images, graph.op("Where", [isImage, row, integer(0)])], { axis: 0 });
  const fromTable = graph.op("Gather", [table, graph.op("Where", [isImage, integer(0), ids])], { axis: 0 });
  return graph.op("Where", [graph.reshape(isImage, [...ids.shape, 1]), fromImages, fromTable]);
}
