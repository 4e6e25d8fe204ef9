/** When to ask a server again that is busy or out of reach. */

import { CancelledError } from "./errors.ts";

const firstWaitMs = 500;
const longestWaitMs = 30_000;
const longestAskedMs = 10 * 60_000;

/** Statuses that pass: too many requests, and trouble on the server's side. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Milliseconds to wait before another try, after `failures` of them: what the server's Retry-After says (seconds or a
 * date, at most ten minutes), else half a second that doubles up to half a minute. `now` is milliseconds since 1970.
 */
export function retryDelayMs(failures: number, retryAfter: string | null, now: number): number {
  const backoff = Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1));
  if (retryAfter === null) return backoff;
  const asked = /^\d+(\.\d+)?$/.test(retryAfter) ? 1000 * Number(retryAfter) : Date.parse(retryAfter) - now;
  return Number.isNaN(asked) ? backoff : Math.min(longestAskedMs, Math.max(0, asked));
}

/**
 * Resolves after so many milliseconds.
 *
 * @throws CancelledError naming `what`, at once where the signal is aborted.
 */
export function pause(
  ms: number,
  { signal, what }: { readonly signal: AbortSignal; readonly what: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new CancelledError(what, signal.reason));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
