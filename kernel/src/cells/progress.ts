/** `progress`: a bar for a loop of the user's own, drawn by the ambient task like the library's; a line in a terminal. */

import { ambientTask, type ProgressEvent, type Task } from "./context.ts";
import type { ProgressBar, ProgressFunction, ProgressOptions } from "./globals.ts";
import { lineTask } from "./progress-line.ts";

/** A bar is reported at most this often; between reports a tick only counts. */
const reportMs = 20;

type ProgressState = ProgressEvent["state"];

let opened = 0;

let terminal: Task | undefined;

/** Opens a bar of `total` steps, or walks an iterable while a bar follows. */
export const progress: ProgressFunction = ((items: unknown, options: ProgressOptions = {}) => {
  if (typeof items === "number") return openBar(items, options);
  if (isIterable(items)) return walk(items, options);
  if (isAsyncIterable(items)) return walkAsync(items, options);
  throw new TypeError(`Cannot show progress: expected a number or something to iterate, got ${String(items)}`);
}) as ProgressFunction; // each branch is one of its overloads

function openBar(total: number | null, { label = "Progress", unit = "steps" }: ProgressOptions): ProgressBar {
  const { progress: sink } = ambientTask() ?? (terminal ??= lineTask(process.stderr));
  opened += 1;
  const id = `cell-progress-${String(opened)}`;
  let completed = 0;
  let state: ProgressState = "running";
  let [stride, nextLook] = [1, 1];
  let lookedMs = performance.now();
  let reportedMs = lookedMs;
  const report = (): void => {
    sink({ id, label, completed, total, unit, state });
  };
  report();
  return {
    advance(by = 1) {
      completed += by;
      if (completed < nextLook) return;
      // Looking at the clock costs more than a tick: it is done half as often where ticks are quick, twice where slow.
      const nowMs = performance.now();
      stride = nowMs - lookedMs < reportMs / 2 ? stride * 2 : Math.max(1, stride / 2);
      nextLook = completed + stride;
      lookedMs = nowMs;
      if (nowMs - reportedMs < reportMs) return;
      reportedMs = nowMs;
      report();
    },
    close(end = "done") {
      if (state !== "running") return;
      state = end;
      report();
    },
  };
}

function* walk<T>(items: Iterable<T>, options: ProgressOptions): Generator<T, void, undefined> {
  const bar = openBar(sizeOf(items), options);
  let end: "done" | "stopped" = "stopped";
  try {
    for (const item of items) {
      yield item;
      bar.advance();
    }
    end = "done";
  } finally {
    bar.close(end);
  }
}

async function* walkAsync<T>(items: AsyncIterable<T>, options: ProgressOptions): AsyncGenerator<T, void, undefined> {
  const bar = openBar(null, options);
  let end: "done" | "stopped" = "stopped";
  try {
    for await (const item of items) {
      yield item;
      bar.advance();
    }
    end = "done";
  } finally {
    bar.close(end);
  }
}

function sizeOf(items: object): number | null {
  if ("length" in items && typeof items.length === "number") return items.length;
  return "size" in items && typeof items.size === "number" ? items.size : null;
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;
