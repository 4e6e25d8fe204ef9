/** Asks one model all requests of one benchmark, tells what is answered, and stops as soon as the signal says so. */

import { CancelledError } from "../base/errors.ts";
import {
  type Generation,
  type LanguageModel,
  type Loglikelihood,
  type LoglikelihoodRequest,
} from "../base/language-model.ts";
import { throwIfStopped } from "../base/task.ts";
import { askInBatches, type Stored } from "./batches.ts";
import { type Benchmark, type BenchmarkItem, generationRequest, requestsOf } from "./benchmark.ts";
import { type AskedChoices, type AskedGenerations } from "./collect.ts";

/** What asking needs besides model and items. */
export interface AskOptions {
  readonly signal: AbortSignal;
  /** Called once, with words for a person, before the first request: "Scoring ETHICS cm with tuned". */
  readonly onStart: (what: string) => void;
  /** Called with the items that have all their answers, as they come. */
  readonly onItem: (item: BenchmarkItem) => void;
  /** Where answers are kept as they come; null for nowhere. */
  readonly stored: Stored | null;
}

/**
 * The score of every request of the items, in order. All go to the model in one call, so that it can share prefixes.
 *
 * @throws TypeError where the model cannot score; CancelledError at once where the signal is aborted.
 */
export function askChoices(
  model: LanguageModel,
  { benchmark, items }: Pick<AskedChoices, "benchmark" | "items">,
  options: AskOptions,
): Promise<readonly Loglikelihood[]> {
  const { signal } = options;
  const score = ability(model, benchmark, "loglikelihood");
  const requests = items.map(requestsOf);
  return answers(`scoring ${benchmark.label} with ${model.identity.name}`, {
    ...options,
    items,
    owners: requests.flatMap((own, item) => own.map(() => item)),
    work: (onAnswered) =>
      askInBatches(
        {
          requests,
          stored: options.stored,
          signal,
          ask: (batch, onScored) => score(batch, { signal, truncation, onScored }),
        },
        onAnswered,
      ),
  });
}

/**
 * The answer to every item, in order.
 *
 * @throws TypeError where the model cannot generate; CancelledError at once where the signal is aborted.
 */
export function askGenerations(
  model: LanguageModel,
  { benchmark, items }: Pick<AskedGenerations, "benchmark" | "items">,
  options: AskOptions,
): Promise<readonly Generation[]> {
  const { signal } = options;
  const generate = ability(model, benchmark, "generate");
  const requests = items.map((item) => [generationRequest(item)]);
  return answers(`answering ${benchmark.label} with ${model.identity.name}`, {
    ...options,
    items,
    owners: items.map((_, item) => item),
    work: (onAnswered) =>
      askInBatches(
        {
          requests,
          stored: options.stored,
          signal,
          ask: (batch, onGenerated) => generate(batch, { signal, truncation, onGenerated }),
        },
        onAnswered,
      ),
  });
}

/**
 * The scores of the continuations that items ask beside their answer, in order; none, and no call, where they ask none.
 *
 * @throws TypeError where the model cannot score; CancelledError at once where the signal is aborted.
 */
export async function askAlsoScored(
  model: LanguageModel,
  { benchmark, items }: Pick<AskedGenerations, "benchmark" | "items">,
  { signal, stored }: Pick<AskOptions, "signal" | "stored">,
): Promise<readonly Loglikelihood[]> {
  const requests = items.map(({ context, alsoScored = [] }) =>
    alsoScored.map((continuation) => ({ context, continuation })),
  );
  if (requests.every((own) => own.length === 0)) return [];
  const score = ability(model, benchmark, "loglikelihood");
  const what = `scoring ${benchmark.label} with ${model.identity.name}`;
  throwIfStopped(signal, what);
  const ask = (batch: readonly LoglikelihoodRequest[]): Promise<readonly Loglikelihood[]> =>
    score(batch, { signal, truncation });
  return untilStopped(
    askInBatches({ requests, stored, signal, ask }, () => undefined),
    signal,
    what,
  );
}

/** As the harness does: what does not fit is cut on the left, and such samples are counted. */
const truncation = "left";

interface Work<T> extends Omit<AskOptions, "stored"> {
  readonly items: readonly BenchmarkItem[];
  /** The item of each request. */
  readonly owners: readonly number[];
  readonly work: (onAnswered: (request: number) => void) => Promise<readonly T[]>;
}

async function answers<T>(what: string, options: Work<T>): Promise<readonly T[]> {
  const { signal, onStart, onItem, items, owners, work } = options;
  throwIfStopped(signal, what);
  onStart(capitalize(what));
  const counted = countItems(items, owners, onItem);
  const found = await untilStopped(work(counted.answered), signal, what);
  if (found.length !== owners.length) {
    throw new RangeError(`Cannot go on ${what}: expected ${owners.length} answers, got ${found.length}`);
  }
  counted.finish();
  return found;
}

function ability<A extends "loglikelihood" | "generate">(
  model: LanguageModel,
  benchmark: Benchmark,
  name: A,
): NonNullable<LanguageModel[A]> {
  const found = model[name];
  if (found === undefined) {
    throw new TypeError(
      `Cannot ask "${model.identity.name}" for "${benchmark.name}": expected a model that offers ${name}, got one that does not`,
    );
  }
  return found.bind(model) as NonNullable<LanguageModel[A]>; // bind keeps the signature
}

/** Calls `done` once an item when all its requests are answered; `finish` does so for what a model did not announce. */
function countItems(
  items: readonly BenchmarkItem[],
  owners: readonly number[],
  done: (item: BenchmarkItem) => void,
): { readonly answered: (request: number) => void; readonly finish: () => void } {
  const missing = items.map(() => new Set<number>());
  for (const [request, owner] of owners.entries()) missing[owner]?.add(request);
  return {
    answered(request) {
      const owner = owners[request] ?? -1;
      const item = items[owner];
      const left = missing[owner];
      if (item !== undefined && left?.delete(request) === true && left.size === 0) done(item);
    },
    finish() {
      for (const [index, item] of items.entries()) if ((missing[index]?.size ?? 0) > 0) done(item);
    },
  };
}

/** Settles with the work, or rejects as soon as the signal is aborted even if the work does not listen. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new CancelledError(what, signal.reason));
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([stopped, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
