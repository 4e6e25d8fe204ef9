/** Decoding: prompts go in chunk by chunk, then one token of every sequence at a time. */

import { type Tensor, tensor } from "../base/tensor.ts";
import { DeviceTensor } from "../runtime/device-tensor.ts";
import type { Session } from "../runtime/session.ts";
import type { Feeds } from "../runtime/value-info.ts";
import { emptyPrefix, integers, rowPlaces, sequenceFrequencies } from "./forward.ts";
import type { LlamaConfig } from "./llama-config.ts";

/** Sequences that are decoded together. */
export interface DecodeBatch {
  /** At least one token each. */
  readonly prompts: readonly (readonly number[])[];
  /** Slots of the cache: no sequence grows longer. */
  readonly slotCount: number;
  /** Chooses a sequence's next token by its logits f32[V], which it may change. Default: greedy for all sequences. */
  readonly choose?: (sequence: number, logits: Float32Array) => number;
  /** Called with each new token of a sequence; false ends the sequence. */
  readonly onToken: (sequence: number, id: number) => boolean;
  readonly signal: AbortSignal;
}

/** What runs. */
export interface Decoder {
  /** Over `llamaGraph`. */
  readonly session: Session;
  readonly config: LlamaConfig;
}

/** Tokens of a prompt that go in at once; bounds the memory of a long prompt. */
const chunkLength = 256;

/**
 * Decodes until `onToken` has ended every sequence or the slots are full. Shorter prompts are padded on the right, and
 * each sequence goes on in its own slots, so that no padding is ever attended to.
 *
 * @throws CancelledError where the signal aborted.
 * @throws RangeError where the model gives NaN.
 */
export async function decode(decoder: Decoder, batch: DecodeBatch): Promise<void> {
  const { prompts, slotCount, signal } = batch;
  using cache = openCache(decoder.config, { sequences: prompts.length, slotCount });
  const next = await readPrompts(decoder, batch, cache);
  const lengths = prompts.map((prompt) => prompt.length);
  const isOpen = next.map((id, sequence) => batch.onToken(sequence, id) && (lengths[sequence] ?? 0) < slotCount);
  while (isOpen.includes(true)) {
    // A sequence that has ended repeats its last step; nobody looks at it.
    const positions = lengths.map((length) => Math.min(length, slotCount - 1));
    const rows = positions.map((_, row) => ({ sequence: row, row, isOpen: isOpen[row] === true }));
    const step = { ids: next, positions, rows, T: 1, lengths: positions.map((place) => place + 1), signal };
    (await runStep(decoder, { batch, step, cache })).forEach((id, sequence) => {
      if (isOpen[sequence] !== true) return;
      next[sequence] = id;
      lengths[sequence] = (lengths[sequence] ?? 0) + 1;
      isOpen[sequence] = batch.onToken(sequence, id) && (lengths[sequence] ?? 0) < slotCount;
    });
  }
}

/** Fills the slots of all prompts; gives the token that follows each. */
async function readPrompts(decoder: Decoder, batch: DecodeBatch, cache: Cache): Promise<number[]> {
  const { prompts, signal } = batch;
  const next: number[] = prompts.map(() => 0);
  const lengths = prompts.map((prompt) => prompt.length);
  const longest = Math.max(...lengths);
  for (let start = 0; start < longest; start += chunkLength) {
    const T = Math.min(chunkLength, longest - start);
    const places = Array.from({ length: T }, (_, t) => start + t);
    const rows = lengths.flatMap((length, sequence) =>
      length > start && length <= start + T ? [{ sequence, row: sequence * T + length - 1 - start, isOpen: true }] : [],
    );
    const ids = prompts.flatMap((prompt) => places.map((place) => prompt[place] ?? 0));
    const positions = prompts.flatMap(() => places);
    const step = { ids, positions, rows, T, lengths, isFirst: true, signal };
    const found = await runStep(decoder, { batch, step, cache });
    rows.forEach(({ sequence }, i) => (next[sequence] = found[i] ?? 0));
  }
  return next;
}

interface Step {
  readonly ids: readonly number[];
  readonly positions: readonly number[];
  readonly rows: readonly { readonly sequence: number; readonly row: number; readonly isOpen: boolean }[];
  readonly T: number;
  /** Of each sequence up to its last token of this step. */
  readonly lengths: readonly number[];
  readonly isFirst?: boolean;
  readonly signal: AbortSignal;
}

interface StepRun {
  readonly batch: DecodeBatch;
  readonly step: Step;
  readonly cache: Cache;
}

/** The token after each row. */
async function runStep({ session, config }: Decoder, { batch, step, cache }: StepRun): Promise<readonly number[]> {
  const { ids, positions, rows, T, lengths, isFirst = false, signal } = step;
  const shape = [ids.length / T, T];
  const frequencies = sequenceFrequencies(config, lengths);
  const feeds = {
    input_ids: tensor("i64", shape, BigInt64Array.from(ids, BigInt)),
    position_ids: tensor("i64", shape, BigInt64Array.from(positions, BigInt)),
    stored: integers(Array.from({ length: T }, (_, t) => t)),
    rows: rowPlaces(rows.map(({ row }) => row)),
    ...(frequencies !== undefined && { frequencies }),
    ...cache.feeds,
  };
  const needsLogits = batch.choose !== undefined || isFirst;
  const outputs = needsLogits ? ["greedy", "logits"] : ["greedy"];
  const { greedy, logits } = await session.run(feeds, { signal, outputs, into: cache.into });
  return rows.map(({ sequence, isOpen }, row) => {
    const found = logits === undefined ? undefined : rowOf(logits, row);
    if (isFirst && found?.some(Number.isNaN) === true) {
      throw new RangeError(
        `Cannot continue text ${sequence} of a batch: expected logits, got NaN; a weight of the checkpoint is NaN or infinite`,
      );
    }
    if (batch.choose === undefined || found === undefined || !isOpen) return Number(greedy?.data[row]);
    return batch.choose(sequence, found);
  });
}

function rowOf({ data, shape: [, V = 0] }: Tensor, row: number): Float32Array {
  return (data as Float32Array).subarray(row * V, (row + 1) * V); // logits are f32
}

interface Cache extends Disposable {
  readonly feeds: Feeds;
  readonly into: Readonly<Record<string, DeviceTensor>>;
}

/** Keys and values f32[K,B,S,D] of every layer, zeros; runs write over what they read. No prefix is shared. */
function openCache(
  config: LlamaConfig,
  { sequences, slotCount }: { readonly sequences: number; readonly slotCount: number },
): Cache {
  const { layerCount, kvHeadCount, headSize } = config;
  const layers = Array.from({ length: layerCount }, (_, layer) => layer);
  const shape = [kvHeadCount, sequences, slotCount, headSize];
  const tensors = layers
    .flatMap((layer) => [`cache.${layer}.key`, `cache.${layer}.value`])
    .map((name) => [name, DeviceTensor.allocate("f32", shape)] as const);
  const past = emptyPrefix(config).layers.flatMap(({ key, value }, layer) => [
    [`past.${layer}.key`, key] as const,
    [`past.${layer}.value`, value] as const,
  ]);
  return {
    feeds: { picks: integers([]), ...Object.fromEntries<Feeds[string]>([...past, ...tensors]) },
    into: Object.fromEntries(tensors.map(([name, value]) => [`next.${name}`, value])),
    [Symbol.dispose]: () => {
      for (const [, value] of tensors) value.dispose();
    },
  };
}
