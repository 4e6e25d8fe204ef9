/** What one head looks at: how much of each token goes into each later one. */

import { type Tensor, tensor } from "../base/tensor.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { graphBuilder } from "../graph/builder.ts";
import { emit } from "../graph/emit.ts";
import { createSession } from "../runtime/session.ts";
import { llamaBlocks, type LlamaParts } from "./llama.ts";

/** Which head; both count from 0. */
export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/** The attention of one head over one text. */
export interface AttentionMap extends HeadPlace {
  /** The T tokens as text. */
  readonly tokens: readonly string[];
  /** f32[T,T]: row t is what token t took from each token; it adds up to 1, later tokens have 0. */
  readonly weights: Tensor<"f32">;
}

/** The attention of a head over a text. */
export type AttentionFunction = (text: string, place: HeadPlace) => Promise<AttentionMap>;

/** What the map is made of. */
export interface MapParts extends LlamaParts {
  readonly tokenizer: Tokenizer;
}

/**
 * The `attention` of a model. Each call runs the blocks up to the layer over mapped weights, on the CPU.
 *
 * The function throws RangeError where there is no such layer or head, or the text has no token or too many.
 */
export function attentionOf(parts: () => MapParts): AttentionFunction {
  return async (text, place) => {
    const { tokenizer, ...model } = parts();
    const ids = tokenizer.encode(text);
    checkPlace(model, ids.length, place);
    const weights = await headWeights(model, ids, place);
    const tokens = ids.map((id) => tokenizer.decode([id]));
    return { ...place, tokens, weights };
  };
}

function checkPlace({ config }: LlamaParts, length: number, { layer, head }: HeadPlace): void {
  const { layerCount, headCount, contextLength, rope } = config;
  const most = rope.kind === "dynamic" ? rope.originalContextLength : contextLength;
  const fail = (what: string, end: number, found: number): RangeError =>
    new RangeError(`Cannot show attention: expected ${what} in [0, ${end}), got ${found}`);
  if (!Number.isInteger(layer) || layer < 0 || layer >= layerCount) throw fail("a layer", layerCount, layer);
  if (!Number.isInteger(head) || head < 0 || head >= headCount) throw fail("a head", headCount, head);
  if (length < 1 || length > most) {
    throw new RangeError(`Cannot show attention: expected a text of 1 to ${most} tokens, got ${length}`);
  }
}

async function headWeights(
  model: LlamaParts,
  ids: readonly number[],
  { layer, head }: HeadPlace,
): Promise<Tensor<"f32">> {
  const graph = graphBuilder();
  const { keyValues } = llamaBlocks(graph, model);
  const seen = keyValues[layer]?.seen;
  if (seen === undefined) throw new RangeError(`Cannot show attention: expected a layer, got ${layer}`);
  using session = await createSession(emit(graph.build({ seen })), { device: "cpu", prepack: false });
  const T = ids.length;
  const found = await session.run({
    input_ids: tensor("i64", [1, T], BigInt64Array.from(ids, BigInt)),
    position_ids: tensor("i64", [1, T], BigInt64Array.from(ids.keys(), BigInt)),
  });
  const all = found.seen as Tensor<"f32">; // [K, 1, G*T, T]: heads in their order
  return tensor("f32", [T, T], all.data.slice(head * T * T, (head + 1) * T * T));
}
