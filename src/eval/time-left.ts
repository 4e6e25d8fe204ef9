/** How long an evaluation will take, from the requests scored so far, and the words for it. */

import { type BenchmarkItem, requestsOf } from "./benchmark.ts";

/** Work in characters that a model has to read, which is roughly what time grows with. */
export interface TimeLeft {
  /** Says that `characters` more have been scored. */
  readonly add: (characters: number) => void;
  /** Seconds until all is done; null before there is enough to go by. */
  readonly seconds: () => number | null;
}

/** Starts the clock for `total` characters. `now` returns milliseconds. */
export function timeLeft(total: number, now: () => number = () => performance.now()): TimeLeft {
  const started = now();
  let done = 0;
  return {
    add(characters) {
      done += characters;
    },
    seconds() {
      const elapsed = (now() - started) / 1000;
      const enough = done > 0 && (elapsed >= 0.5 || done >= total / 20);
      return enough ? Math.max(0, (elapsed * (total - done)) / done) : null;
    },
  };
}

/** Seconds for a person: "under a second", "40 s", "3 min", "2 h 5 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return "under a second";
  if (seconds < 99.5) return `${String(Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${String(minutes)} min`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

/** Characters a model has to read for these items: each context once, each choice once. */
export function workOf(items: readonly BenchmarkItem[]): number {
  return items.reduce((sum, item) => sum + item.context.length + answerWork(item), 0);
}

/** A token that is written is taken to cost what four characters cost to read, times eight. */
function answerWork(item: BenchmarkItem): number {
  if (!("sets" in item)) return 32 * item.maxNewTokens;
  return requestsOf(item).reduce((sum, request) => sum + request.continuation.length, 0);
}

/** "1 model", "2 models". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
