/**
 * Log-likelihood of continuations by the rules of lm-evaluation-harness 0.3.0 (master of July 2023, `BaseLM`): context
 * and continuation are tokenized together and the context alone, the continuation's ids are the tail; no BOS; a context
 * that is too long loses tokens on its left. Requests that start alike share that start's keys and values.
 */

import { setImmediate } from "node:timers/promises";

import type {
  Loglikelihood,
  LoglikelihoodFunction,
  LoglikelihoodOptions,
  LoglikelihoodRequest,
} from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask, throwIfStopped } from "../base/task.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import type { Session } from "../runtime/session.ts";
import { batches } from "./batch.ts";
import {
  emptyPrefix,
  extendPrefix,
  type Prefix,
  type Row,
  type RowScore,
  scoreRows,
  sequenceFrequencies,
} from "./forward.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { partition, sortByIds } from "./prefix-tree.ts";
import type { Sighted } from "./prompt.ts";

/** What scoring needs of a model. */
export interface Scorer extends Sighted {
  readonly session: Session;
  readonly config: LlamaConfig;
  readonly tokenizer: Tokenizer;
}

/** One request as ids: all tokens but the last go in; each of the last `targets.length` places predicts a target. */
interface Item {
  readonly index: number;
  readonly ids: readonly number[];
  readonly targets: readonly number[];
  readonly truncatedTokens: number;
  score: { sumNats: number; left: number; isGreedy: boolean };
}

interface Walk extends Scorer {
  /** With dynamic rotation, the length that all sequences are turned by. */
  readonly length: number;
  readonly signal: AbortSignal;
  readonly done: (item: Item) => void;
}

/** Tokens of a shared start that are computed in one pass; bounds the memory of a long prompt. */
const chunkLength = 256;

/**
 * The `loglikelihood` of a model. Without `onScored` it shows a progress bar of its own.
 *
 * The function throws RangeError naming the request where a continuation has no token or does not fit the context
 * window, a request is longer than the window and `truncation` is not "left", or the model gives NaN; TypeError where a
 * request has pictures; CancelledError where it was stopped.
 */
export function loglikelihoodOf(scorer: Scorer): LoglikelihoodFunction {
  return async (requests, options = {}) => {
    const signal = options.signal ?? currentTask().signal;
    const bar = options.onScored ? null : openProgress("Scoring", { total: requests.length, unit: "requests" });
    const scores: Loglikelihood[] = [];
    try {
      const items = await encodeAll(scorer, requests, { signal, truncation: options.truncation ?? "error" });
      const done = (item: Item): void => {
        scores[item.index] = toLoglikelihood(item);
        options.onScored?.(item.index, toLoglikelihood(item));
        bar?.advance();
      };
      for (const [length, group] of byTurns(items, scorer.config)) {
        const walk = { ...scorer, length, signal, done };
        await visit(walk, { items: sortByIds(group), prefix: emptyPrefix(scorer.config) });
      }
    } catch (error) {
      bar?.close(signal.aborted ? "stopped" : "failed");
      throw error;
    }
    bar?.close();
    return scores;
  };
}

/** Items whose tokens may be shared: with dynamic rotation, keys turn by the length of the whole sequence. */
function byTurns(items: readonly Item[], { rope }: LlamaConfig): ReadonlyMap<number, readonly Item[]> {
  if (rope.kind !== "dynamic") return new Map([[0, items]]);
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const length = Math.max(rope.originalContextLength, item.ids.length);
    const group = groups.get(length);
    if (group === undefined) groups.set(length, [item]);
    else group.push(item);
  }
  return groups;
}

interface EncodeOptions {
  readonly signal: AbortSignal;
  readonly truncation: NonNullable<LoglikelihoodOptions["truncation"]>;
}

/** Encodes in turns of the event loop, so that timers and the kernel's messages come through. */
async function encodeAll(
  scorer: Scorer,
  requests: readonly LoglikelihoodRequest[],
  options: EncodeOptions,
): Promise<readonly Item[]> {
  const contexts = new Map<string, readonly number[]>();
  const items: Item[] = [];
  let characters = 0;
  for (const [index, request] of requests.entries()) {
    const hasPictures = (request.images ?? []).length > 0;
    const known = hasPictures ? undefined : contexts.get(request.context);
    const context = known ?? encode(scorer, request.context, { ...request, index });
    if (!hasPictures) contexts.set(request.context, context);
    items.push(toItem(scorer, { ...request, index, contextIds: context }, options));
    characters += request.context.length + request.continuation.length;
    if (characters < 4_000) continue;
    characters = 0;
    await setImmediate();
    throwIfStopped(options.signal, "scoring");
  }
  return items;
}

function encode(scorer: Scorer, text: string, { images = [], index }: NumberedRequest): readonly number[] {
  const { tokenizer, encodePrompt, firstRequest = 0 } = scorer;
  if (images.length === 0) return tokenizer.encode(text);
  if (encodePrompt !== undefined) return encodePrompt(text, images);
  throw new TypeError(
    `Cannot score request ${firstRequest + index}: expected text alone, as this model sees no pictures, got ${images.length} pictures`,
  );
}

interface NumberedRequest extends LoglikelihoodRequest {
  readonly index: number;
}

interface EncodedRequest extends NumberedRequest {
  readonly contextIds: readonly number[];
}

function toItem(scorer: Scorer, request: EncodedRequest, { truncation }: EncodeOptions): Item {
  const { config, firstRequest = 0 } = scorer;
  const { context, continuation, contextIds, index } = request;
  const fail = (expected: string, found: string): RangeError =>
    new RangeError(
      `Cannot score request ${firstRequest + index} (${excerpt(continuation)}): expected ${expected}, got ${found}`,
    );
  const whole = encode(scorer, context + continuation, request);
  const full = contextIds.length === 0 ? [endOfText(config, fail), ...whole] : whole;
  const targets = whole.slice(contextIds.length);
  if (targets.length === 0) throw fail("a continuation of at least one token", "none");
  if (targets.length > config.contextLength) {
    throw fail(`a continuation of at most ${config.contextLength} tokens`, `${targets.length}`);
  }
  const unknown = full.find((id) => id >= config.vocabularySize);
  if (unknown !== undefined) throw fail(`ids below the vocabulary of ${config.vocabularySize}`, `${unknown}`);
  const truncatedTokens = Math.max(0, full.length - 1 - config.contextLength);
  if (truncatedTokens > 0 && truncation === "error") {
    throw fail(`at most ${config.contextLength + 1} tokens, or truncation "left"`, `${full.length}`);
  }
  const ids = full.slice(truncatedTokens, -1);
  return { index, ids, targets, truncatedTokens, score: { sumNats: 0, left: targets.length, isGreedy: true } };
}

/** An empty context is the end-of-text token, as in the harness. */
function endOfText({ eosTokenId }: LlamaConfig, fail: (expected: string, found: string) => RangeError): number {
  if (eosTokenId === null) throw fail("a context, as config.json has no eos_token_id", "an empty one");
  return eosTokenId;
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Scores sorted items, all of which start with the tokens of `prefix`. */
async function visit(
  walk: Walk,
  { items, prefix }: { readonly items: readonly Item[]; readonly prefix: Prefix },
): Promise<void> {
  const { shared, single } = partition(items, prefix.length);
  for (const { sequences, end } of shared) {
    const longer = await advance(walk, { items: sequences, prefix, end });
    await visit(walk, { items: sequences.filter(({ ids }) => ids.length > end), prefix: longer });
  }
  for (const batch of batches(single, { prefixLength: prefix.length, config: walk.config })) {
    await scoreBatch(walk, { items: batch, prefix });
  }
}

interface Segment {
  readonly items: readonly Item[];
  readonly prefix: Prefix;
  readonly end: number;
}

/** Computes the tokens up to `end` that all items share, chunk by chunk, with the targets that fall inside. */
async function advance(walk: Walk, { items, prefix, end }: Segment): Promise<Prefix> {
  let longer = prefix;
  while (longer.length < end) {
    const start = longer.length;
    const stop = Math.min(end, start + chunkLength);
    const ids = items[0]?.ids.slice(start, stop) ?? [];
    const wanted = ids.map((_, position) => targetsAt(items, start + position));
    const rows = wanted.flatMap((pairs, position): (Row & { pairs: readonly Pair[] })[] =>
      pairs.length === 0 ? [] : [{ sequence: 0, position, targets: pairs.map(({ target }) => target), pairs }],
    );
    const { signal, session } = walk;
    const frequencies = sequenceFrequencies(walk.config, [walk.length]);
    const result = await extendPrefix(session, { sequences: [ids], prefix: longer, rows, frequencies, signal });
    longer = result.prefix;
    rows.forEach(({ pairs }, row) => {
      addScores(walk, pairs, result.scores[row]);
    });
  }
  return longer;
}

async function scoreBatch(
  walk: Walk,
  { items, prefix }: { readonly items: readonly Item[]; readonly prefix: Prefix },
): Promise<void> {
  const sequences = items.map(({ ids }) => ids.slice(prefix.length));
  const rows = items.flatMap((item, sequence) =>
    Array.from({ length: item.ids.length - prefix.length }, (_, position) => ({ sequence, position }))
      .map((place) => ({ ...place, pairs: targetsAt([item], prefix.length + place.position) }))
      .filter(({ pairs }) => pairs.length > 0)
      .map((row) => ({ ...row, targets: row.pairs.map(({ target }) => target) })),
  );
  const frequencies = sequenceFrequencies(
    walk.config,
    items.map(() => walk.length),
  );
  const scores = await scoreRows(walk.session, { sequences, prefix, rows, frequencies, signal: walk.signal });
  rows.forEach(({ pairs }, row) => {
    addScores(walk, pairs, scores[row]);
  });
}

interface Pair {
  readonly item: Item;
  readonly target: number;
}

/** The targets that items predict from the token at a place. */
function targetsAt(items: readonly Item[], place: number): readonly Pair[] {
  return items.flatMap((item) => {
    const target = item.targets[place - (item.ids.length - item.targets.length)];
    return target === undefined ? [] : [{ item, target }];
  });
}

function addScores(walk: Walk, pairs: readonly Pair[], score: RowScore | undefined): void {
  pairs.forEach(({ item, target }, i) => {
    const nats = score?.logProbabilities[i] ?? NaN;
    if (Number.isNaN(nats)) {
      throw new RangeError(
        `Cannot score request ${(walk.firstRequest ?? 0) + item.index}: expected a log-probability, got NaN; a weight of the checkpoint is NaN or infinite`,
      );
    }
    item.score.sumNats += nats;
    item.score.isGreedy &&= score?.greedyId === target;
    item.score.left -= 1;
    if (item.score.left === 0) walk.done(item);
  });
}

function toLoglikelihood({ targets, truncatedTokens, score }: Item): Loglikelihood {
  return { sumNats: score.sumNats, tokenCount: targets.length, isGreedy: score.isGreedy, truncatedTokens };
}
