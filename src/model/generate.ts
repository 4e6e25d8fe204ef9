/**
 * Greedy generation by the rules of lm-evaluation-harness 0.3.0 (`greedy_until`): no BOS, a prompt that is too long loses
 * tokens on its left, the text ends before the first stop string or the end-of-text token.
 */

import type { GenerateFunction, GenerateOptions, Generation, GenerationRequest } from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask } from "../base/task.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import type { Session } from "../runtime/session.ts";
import { decodeGreedily } from "./decode.ts";
import type { LlamaConfig } from "./llama-config.ts";

/** What generation needs of a model. */
export interface GenerationParts {
  /** Opens the session over `generationGraph`, or gives the one that is open. */
  readonly openSession: () => Promise<Session>;
  readonly config: LlamaConfig;
  readonly tokenizer: Tokenizer;
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
  readonly written: number[];
}

/**
 * The `generate` of a model. Without `onGenerated` it shows a progress bar of its own.
 *
 * The function throws RangeError naming the request where `maxNewTokens` is not in [1, contextLength), or the prompt does
 * not leave room for it and `truncation` is not "left"; CancelledError where it was stopped.
 */
export function generateOf(parts: GenerationParts): GenerateFunction {
  return async (requests, options = {}) => {
    const signal = options.signal ?? currentTask().signal;
    const items = requests.map((request, index) => toItem(parts, { request, index }, options.truncation ?? "error"));
    const bar = options.onGenerated ? null : openProgress("Generating", { total: items.length, unit: "texts" });
    const texts: Generation[] = [];
    const done = (item: Item): void => {
      const generation = toGeneration(parts, item);
      texts[item.index] = generation;
      options.onGenerated?.(item.index, generation);
      bar?.advance();
    };
    try {
      for (const batch of batchesOf(items, parts.config)) await generateBatch(parts, batch, { signal, done });
    } catch (error) {
      bar?.close(signal.aborted ? "stopped" : "failed");
      throw error;
    }
    bar?.close();
    return texts;
  };
}

function toItem(
  { tokenizer, config }: GenerationParts,
  { request, index }: { readonly request: GenerationRequest; readonly index: number },
  truncation: NonNullable<GenerateOptions["truncation"]>,
): Item {
  const { contextLength, vocabularySize, eosTokenId } = config;
  const { context, maxNewTokens } = request;
  const fail = (expected: string, found: string): RangeError =>
    new RangeError(`Cannot continue request ${index}: expected ${expected}, got ${found}`);
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1 || maxNewTokens >= contextLength) {
    throw fail(`maxNewTokens in [1, ${contextLength})`, `${maxNewTokens}`);
  }
  const encoded = tokenizer.encode(context);
  if (encoded.length === 0 && eosTokenId === null) throw fail("a context, as config.json has no eos_token_id", "none");
  const whole = encoded.length === 0 && eosTokenId !== null ? [eosTokenId] : encoded;
  const unknown = whole.find((id) => id >= vocabularySize);
  if (unknown !== undefined) throw fail(`ids below the vocabulary of ${vocabularySize}`, `${unknown}`);
  const room = contextLength - maxNewTokens;
  const truncatedTokens = Math.max(0, whole.length - room);
  if (truncatedTokens > 0 && truncation === "error") {
    throw fail(`a context of at most ${room} tokens, or truncation "left"`, `${whole.length}`);
  }
  return { index, request, ids: whole.slice(truncatedTokens), truncatedTokens, written: [] };
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

async function generateBatch(
  { openSession, config, tokenizer }: GenerationParts,
  items: readonly Item[],
  { signal, done }: { readonly signal: AbortSignal; readonly done: (item: Item) => void },
): Promise<void> {
  const session = await openSession();
  const onToken = (sequence: number, id: number): boolean => {
    const item = items[sequence];
    if (item === undefined) return false;
    const { written, request } = item;
    if (id !== config.eosTokenId) {
      written.push(id);
      if (written.length < request.maxNewTokens && stopPlace(textOf(tokenizer, written), request.stop) === null) {
        return true;
      }
    }
    done(item);
    return false;
  };
  const prompts = items.map(({ ids }) => ids);
  await decodeGreedily({ session, config }, { prompts, slotCount: slotCountOf(items), onToken, signal });
}

function toGeneration({ tokenizer }: GenerationParts, { written, request, truncatedTokens }: Item): Generation {
  const text = textOf(tokenizer, written);
  return {
    text: text.slice(0, stopPlace(text, request.stop) ?? undefined),
    tokenCount: written.length,
    truncatedTokens,
  };
}

function textOf(tokenizer: Tokenizer, ids: readonly number[]): string {
  return tokenizer.decode(ids, { skipSpecialTokens: true });
}

/** Where the first stop string begins; null where there is none. */
function stopPlace(text: string, stop: readonly string[]): number | null {
  const places = stop.map((word) => text.indexOf(word)).filter((place) => place >= 0);
  return places.length === 0 ? null : Math.min(...places);
}
