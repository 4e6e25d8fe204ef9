/** A queue before libuv's pool: native work in order, a bounded number at a time, so that file reads are not starved. */

import { CancelledError } from "../base/errors.ts";
import { throwIfStopped } from "../base/task.ts";
import { type Stoppable } from "./native/runtime.ts";

/** Native work that waits its turn. */
export interface QueuedWork<T> {
  /** Begins the work; called when its turn has come. */
  readonly start: () => Stoppable<T>;
  /** Stops the work at once where it has begun, and takes it out of the queue where it has not. */
  readonly signal: AbortSignal;
  /** What is stopped, for the message: "a run". */
  readonly what: string;
}

/** Runs work in the order it was added. */
export interface RunQueue {
  /**
   * Adds work; resolves with its result.
   *
   * @throws CancelledError where the signal aborts before the work is through. Work that finished before the stop
   *   took hold gives its result.
   */
  readonly add: <T>(work: QueuedWork<T>) => Promise<T>;
}

/** A queue that works at most `width` things at a time. */
export function runQueue(width: number): RunQueue {
  const waiting: (() => void)[] = [];
  let free = width;
  const next = (): void => {
    const turn = free > 0 ? waiting.shift() : undefined;
    if (turn === undefined) return;
    free -= 1;
    turn();
  };
  const add = async <T>({ start, signal, what }: QueuedWork<T>): Promise<T> => {
    throwIfStopped(signal, what);
    await turnOf(waiting, next, { signal, what });
    try {
      throwIfStopped(signal, what);
      return await finish(start(), signal, what);
    } finally {
      free += 1;
      next();
    }
  };
  return { add };
}

function turnOf(
  waiting: (() => void)[],
  next: () => void,
  { signal, what }: { readonly signal: AbortSignal; readonly what: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = (): void => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    const leave = (): void => {
      const place = waiting.indexOf(turn);
      if (place < 0) return;
      waiting.splice(place, 1);
      reject(new CancelledError(what, signal.reason));
    };
    signal.addEventListener("abort", leave, { once: true });
    waiting.push(turn);
    next();
  });
}

async function finish<T>(work: Stoppable<T>, signal: AbortSignal, what: string): Promise<T> {
  signal.addEventListener("abort", work.stop, { once: true });
  try {
    return await work.done;
  } catch (error) {
    if (signal.aborted) throw new CancelledError(what, signal.reason);
    throw error;
  } finally {
    signal.removeEventListener("abort", work.stop);
  }
}
