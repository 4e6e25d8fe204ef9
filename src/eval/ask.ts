/** Asks one model all requests of one benchmark, with progress, and stops as soon as the signal says so. */

import {
  type LanguageModel,
  type Loglikelihood,
  type LoglikelihoodFunction,
  type LoglikelihoodRequest,
} from "../base/language-model.ts";
import { CancelledError } from "../base/errors.ts";
import { openProgress } from "../base/progress.ts";
import { type ProgressSink, throwIfStopped } from "../base/task.ts";
import { type Benchmark, type BenchmarkItem, requestsOf } from "./benchmark.ts";

/** What asking needs besides model and items. */
export interface AskOptions {
  readonly benchmark: Benchmark;
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
  /** Called with the items that have all their scores, as they come. */
  readonly onItem: (item: BenchmarkItem) => void;
}

/**
 * The score of every request of the items, in order. All go to the model in one call, so that it can share prefixes.
 *
 * @throws TypeError where the model cannot score; CancelledError at once where the signal is aborted.
 */
export async function ask(
  model: LanguageModel,
  items: readonly BenchmarkItem[],
  { benchmark, signal, progress, onItem }: AskOptions,
): Promise<readonly Loglikelihood[]> {
  const what = `scoring ${benchmark.label} with ${model.identity.name}`;
  const score = scorerOf(model, benchmark);
  throwIfStopped(signal, what);
  const bar = openProgress(capitalize(what), { total: items.length, unit: "questions", sink: progress });
  const requests = items.flatMap(requestsOf);
  const counted = countItems(items, (item) => {
    bar.advance();
    onItem(item);
  });
  try {
    const work = score(requests, { signal, truncation: "left", onScored: counted.scored });
    const scores = await untilStopped(work, signal, what);
    checkCount(scores.length, requests, what);
    counted.finish();
    bar.close();
    return scores;
  } catch (error) {
    bar.close(error instanceof CancelledError ? "stopped" : "failed");
    throw error;
  }
}

function scorerOf(model: LanguageModel, benchmark: Benchmark): LoglikelihoodFunction {
  if (model.loglikelihood === undefined) {
    throw new TypeError(
      `Cannot score "${benchmark.name}" with "${model.identity.name}": expected a model that offers loglikelihood, got one that does not`,
    );
  }
  return model.loglikelihood.bind(model);
}

/** Calls `done` once an item when all its requests are scored; `finish` does so for items a model did not announce. */
function countItems(
  items: readonly BenchmarkItem[],
  done: (item: BenchmarkItem) => void,
): { readonly scored: (request: number) => void; readonly finish: () => void } {
  const missing = items.map((item) => new Set(requestsOf(item).keys()));
  const owner = items.flatMap((item, index) => requestsOf(item).map((_, request) => ({ item, index, request })));
  return {
    scored(request) {
      const found = owner[request];
      const left = found === undefined ? undefined : missing[found.index];
      if (found !== undefined && left?.delete(found.request) === true && left.size === 0) done(found.item);
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
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function checkCount(count: number, requests: readonly LoglikelihoodRequest[], what: string): void {
  if (count !== requests.length) {
    throw new RangeError(`Cannot go on ${what}: expected ${requests.length} scores, got ${count}`);
  }
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
