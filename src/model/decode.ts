/** Greedy decoding: prompts go in chunk by chunk, then one token of every sequence at a time. */

import { tensor } from "../base/tensor.ts";
import { DeviceTensor } from "../runtime/device-tensor.ts";
import type { Session } from "../runtime/session.ts";
import { rowPlaces } from "./forward.ts";
import type { LlamaConfig } from "./llama-config.ts";

/** Sequences that are decoded together. */
export interface DecodeBatch {
  /** At least one token each. */
  readonly prompts: readonly (readonly number[])[];
  /** Slots of the cache: no sequence grows longer. */
  readonly slotCount: number;
  /** Called with each new token of a sequence; false ends the sequence. */
  readonly onToken: (sequence: number, id: number) => boolean;
  readonly signal: AbortSignal;
}

/** What runs. */
export interface Decoder {
  /** Over `generationGraph`. */
  readonly session: Session;
  readonly config: LlamaConfig;
}

/** Tokens of a prompt that go in at once; bounds the memory of a long prompt. */
const chunkLength = 256;

/**
 * Decodes until `onToken` has ended every sequence or the slots are full.
 *
 * @throws CancelledError where the signal aborted.
 */
export async function decodeGreedily(decoder: Decoder, batch: DecodeBatch): Promise<void> {
  const { prompts, slotCount, signal } = batch;
  using cache = openCache(decoder.config, { sequences: prompts.length, slotCount });
  const next = await readPrompts(decoder, batch, cache);
  const lengths = prompts.map((prompt) => prompt.length);
  const isOpen = next.map((id, sequence) => batch.onToken(sequence, id));
  while (isOpen.includes(true)) {
    // A sequence that has ended repeats its last step; nobody looks at it.
    const positions = lengths.map((length) => Math.min(length, slotCount - 1));
    const rows = positions.map((_, sequence) => sequence);
    const step = { ids: next, positions, rows, T: 1, signal };
    (await runStep(decoder, step, cache)).forEach((id, sequence) => {
      if (isOpen[sequence] !== true) return;
      next[sequence] = id;
      lengths[sequence] = (lengths[sequence] ?? 0) + 1;
      isOpen[sequence] = batch.onToken(sequence, id) && (lengths[sequence] ?? 0) < slotCount;
    });
  }
}

/** Fills the slots of all prompts; gives the token that follows each. */
async function readPrompts(decoder: Decoder, { prompts, signal }: DecodeBatch, cache: Cache): Promise<number[]> {
  const next: number[] = prompts.map(() => 0);
  const longest = Math.max(...prompts.map((prompt) => prompt.length));
  for (let start = 0; start < longest; start += chunkLength) {
    const T = Math.min(chunkLength, longest - start);
    const places = Array.from({ length: T }, (_, t) => start + t);
    const ending = prompts.flatMap(({ length }, sequence) =>
      length > start && length <= start + T ? [{ sequence, row: sequence * T + length - 1 - start }] : [],
    );
    const found = await runStep(
      decoder,
      {
        ids: prompts.flatMap((prompt) => places.map((place) => prompt[place] ?? 0)),
        positions: prompts.flatMap(() => places),
        rows: ending.map(({ row }) => row),
        T,
        signal,
      },
      cache,
    );
    ending.forEach(({ sequence }, i) => (next[sequence] = found[i] ?? 0));
  }
  return next;
}

interface Step {
  readonly ids: readonly number[];
  readonly positions: readonly number[];
  readonly rows: readonly number[];
  readonly T: number;
  readonly signal: AbortSignal;
}

/** The most likely token after each row. */
async function runStep({ session }: Decoder, step: Step, cache: Cache): Promise<readonly number[]> {
  const { ids, positions, rows, T, signal } = step;
  const shape = [ids.length / T, T];
  const feeds = {
    input_ids: tensor("i64", shape, BigInt64Array.from(ids, BigInt)),
    position_ids: tensor("i64", shape, BigInt64Array.from(positions, BigInt)),
    rows: rowPlaces(rows),
    ...cache.feeds,
  };
  const { greedy } = await session.run(feeds, { signal, outputs: ["greedy"], into: cache.into });
  return Array.from(greedy?.data ?? [], Number);
}

interface Cache extends Disposable {
  readonly feeds: Readonly<Record<string, DeviceTensor>>;
  readonly into: Readonly<Record<string, DeviceTensor>>;
}

/** Keys and values f32[K,B,S,D] of every layer, zeros; runs write over what they read. */
function openCache(
  { layerCount, kvHeadCount, headSize }: LlamaConfig,
  { sequences, slotCount }: { readonly sequences: number; readonly slotCount: number },
): Cache {
  const names = Array.from({ length: layerCount }, (_, layer) => [`cache.${layer}.key`, `cache.${layer}.value`]).flat();
  const shape = [kvHeadCount, sequences, slotCount, headSize];
  const tensors = names.map((name) => [name, DeviceTensor.allocate("f32", shape)] as const);
  return {
    feeds: Object.fromEntries(tensors),
    into: Object.fromEntries(tensors.map(([name, value]) => [`next.${name}`, value])),
    [Symbol.dispose]: () => {
      for (const [, value] of tensors) value.dispose();
    },
  };
}
