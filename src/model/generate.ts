/**
 * Generation: greedy by default (by the rules of lm-evaluation-harness 0.3.0 `greedy_until`), or drawn; no BOS is added, a
 * prompt that is too long is an error or loses tokens on its left, the text ends before the first stop string or the
 * end-of-text token.
 */

import type {
  GenerateFunction,
  GenerateOptions,
  Generation,
  GenerationRequest,
  StreamFunction,
} from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask } from "../base/task.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { decode, type Decoder } from "./decode.ts";
import { type GrowingText, growingText } from "./growing-text.ts";
import type { LlamaConfig } from "./llama-config.ts";
import type { Sighted } from "./prompt.ts";
import { mostLikely, type Sampler, sampler } from "./sampling.ts";

/** What generation needs of a model. */
export interface Generator extends Decoder, Sighted {
  readonly tokenizer: Tokenizer;
  /** Tokens that end a text. Default: the configuration's. */
  readonly endTokenIds?: readonly number[] | undefined;
}

/** Most sequences that are decoded together. */
const mostSequences = 8;
/** Most bytes of their cache. */
const mostCacheBytes = 2 ** 30;

interface Item {
  readonly index: number;
  readonly request: GenerationRequest;
  readonly ids: readonly number[];
  readonly truncatedTokens: number;
  readonly written: GrowingText;
  /** Null for greedy. */
  readonly sampler: Sampler | null;
}

/**
 * The `generate` of a model. Without `onGenerated` it shows a progress bar of its own.
 *
 * The function throws RangeError naming the request where `maxNewTokens` is not in [1, contextLength), another number is
 * out of its range, the prompt does not leave room and `truncation` is not "left", or the model gives NaN; TypeError where
 * a request has pictures; CancelledError where it was stopped.
 */
export function generateOf(generator: Generator): GenerateFunction {
  return async (requests, options = {}) => {
    const signal = options.signal ?? currentTask().signal;
    const items = requests.map((request, index) => toItem(generator, { request, index }, options.truncation));
    const bar = options.onGenerated ? null : openProgress("Generating", { total: items.length, unit: "texts" });
    const texts: Generation[] = [];
    const tell = (item: Item, isOver: boolean): void => {
      const piece = options.onText === undefined ? "" : item.written.settle(isOver);
      if (piece !== "") options.onText?.(item.index, piece);
      if (!isOver) return;
      const { written, truncatedTokens } = item;
      const generation = { text: written.text(), tokenCount: written.tokenCount(), truncatedTokens };
      texts[item.index] = generation;
      options.onGenerated?.(item.index, generation);
      bar?.advance();
    };
    try {
      for (const batch of batchesOf(items, generator.config)) await generateBatch(generator, batch, { signal, tell });
    } catch (error) {
      bar?.close(signal.aborted ? "stopped" : "failed");
      throw error;
    }
    bar?.close();
    return texts;
  };
}

/** The `stream` of a model: one request of `generate`, as an iterator. */
export function streamOf(generate: GenerateFunction): StreamFunction {
  return async function* (request, options = {}) {
    const leaving = new AbortController();
    const signal = AbortSignal.any([leaving.signal, options.signal ?? currentTask().signal]);
    const pieces: string[] = [];
    let wake = (): void => undefined;
    const state = { isOver: false };
    const onText = (_: number, piece: string): void => {
      pieces.push(piece);
      wake();
    };
    const whole = generate([request], { ...options, signal, onText, onGenerated: () => undefined });
    const ended = whole.then(
      () => undefined,
      () => undefined,
    );
    void ended.then(() => {
      state.isOver = true;
      wake();
    });
    try {
      for (;;) {
        const next = new Promise<void>((resolve) => (wake = resolve));
        yield* pieces.splice(0);
        if (state.isOver && pieces.length === 0) break;
        if (pieces.length === 0) await next;
      }
      const [generation] = await whole;
      if (generation === undefined) throw new TypeError("Cannot stream: expected one text, got none");
      return generation;
    } finally {
      leaving.abort();
      await ended;
    }
  };
}

function toItem(
  generator: Generator,
  { request, index }: { readonly request: GenerationRequest; readonly index: number },
  truncation: GenerateOptions["truncation"] = "error",
): Item {
  const { tokenizer, config, firstRequest = 0 } = generator;
  const { contextLength, vocabularySize, eosTokenId } = config;
  const { maxNewTokens } = request;
  const number = firstRequest + index;
  const fail = (expected: string, found: string): RangeError =>
    new RangeError(`Cannot continue request ${number}: expected ${expected}, got ${found}`);
  checkRequest(request, { contextLength, fail });
  const encoded = encode(generator, request, number);
  if (encoded.length === 0 && eosTokenId === null) throw fail("a context, as config.json has no eos_token_id", "none");
  const whole = encoded.length === 0 && eosTokenId !== null ? [eosTokenId] : encoded;
  const unknown = whole.find((id) => id >= vocabularySize);
  if (unknown !== undefined) throw fail(`ids below the vocabulary of ${vocabularySize}`, `${unknown}`);
  const room = contextLength - maxNewTokens;
  const truncatedTokens = Math.max(0, whole.length - room);
  if (truncatedTokens > 0 && truncation === "error") {
    throw fail(`a context of at most ${room} tokens, or truncation "left"`, `${whole.length}`);
  }
  const written = growingText(tokenizer, request.stop);
  const drawn = request.sampling === undefined ? null : sampler(request.sampling);
  return { index, request, ids: whole.slice(truncatedTokens), truncatedTokens, written, sampler: drawn };
}

interface Checks {
  readonly contextLength: number;
  readonly fail: (expected: string, found: string) => RangeError;
}

function encode(
  { tokenizer, encodePrompt }: Generator,
  { context, images = [] }: GenerationRequest,
  number: number,
): readonly number[] {
  if (images.length === 0) return tokenizer.encode(context);
  if (encodePrompt !== undefined) return encodePrompt(context, images);
  throw new TypeError(
    `Cannot continue request ${number}: expected text alone, as this model sees no pictures, got ${images.length} pictures`,
  );
}

function checkRequest(request: GenerationRequest, { contextLength, fail }: Checks): void {
  const { maxNewTokens, minNewTokens = 0, stop } = request;
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1 || maxNewTokens >= contextLength) {
    throw fail(`maxNewTokens in [1, ${contextLength})`, `${maxNewTokens}`);
  }
  if (!Number.isInteger(minNewTokens) || minNewTokens < 0 || minNewTokens > maxNewTokens) {
    throw fail(`minNewTokens in [0, ${maxNewTokens}]`, `${minNewTokens}`);
  }
  if (stop.includes("")) throw fail("stop strings with characters", "an empty one");
}

/** Batches of prompts of like length, bounded in number and memory. */
function batchesOf(items: readonly Item[], config: LlamaConfig): readonly (readonly Item[])[] {
  const sorted = [...items].sort((a, b) => b.ids.length - a.ids.length);
  const batches: Item[][] = [];
  for (const item of sorted) {
    const batch = batches.at(-1);
    const fits =
      batch !== undefined && batch.length < mostSequences && cacheBytes([...batch, item], config) <= mostCacheBytes;
    if (fits) batch.push(item);
    else batches.push([item]);
  }
  return batches;
}

function cacheBytes(items: readonly Item[], { layerCount, kvHeadCount, headSize }: LlamaConfig): number {
  return 4 * 2 * layerCount * kvHeadCount * headSize * items.length * slotCountOf(items);
}

function slotCountOf(items: readonly Item[]): number {
  return Math.max(...items.map(({ ids, request }) => ids.length + request.maxNewTokens));
}

interface Telling {
  readonly signal: AbortSignal;
  readonly tell: (item: Item, isOver: boolean) => void;
}

async function generateBatch(generator: Generator, items: readonly Item[], { signal, tell }: Telling): Promise<void> {
  const { eosTokenId } = generator.config;
  const ends = new Set(generator.endTokenIds ?? (eosTokenId === null ? [] : [eosTokenId]));
  const onToken = (sequence: number, id: number): boolean => {
    const item = items[sequence];
    if (item === undefined) return false;
    const { written, request } = item;
    const isOver = ends.has(id) || written.add(id) || written.tokenCount() >= request.maxNewTokens;
    tell(item, isOver);
    return !isOver;
  };
  const choose = (sequence: number, logits: Float32Array): number => {
    const item = items[sequence];
    const isEarly = (item?.written.tokenCount() ?? 0) < (item?.request.minNewTokens ?? 0);
    if (isEarly) for (const id of ends) logits[id] = -Infinity;
    return item?.sampler?.(logits) ?? mostLikely(logits);
  };
  const isPlain = items.every((item) => item.sampler === null && (item.request.minNewTokens ?? 0) === 0);
  const prompts = items.map(({ ids }) => ids);
  const slotCount = slotCountOf(items);
  await decode(generator, { prompts, slotCount, onToken, signal, ...(isPlain ? {} : { choose }) });
}
