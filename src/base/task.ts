/**
 * The ambient task: an AbortSignal and a progress sink that reach every call made inside it.
 *
 * It is the one seam between library and kernel. The kernel runs each cell inside a task, the command line runs each
 * command inside one; library code reads it with `currentTask()`, and explicit options win over it. The store hangs on
 * `globalThis` under `Symbol.for("sightlab.task")`, so that neither side imports the other and two copies of the
 * library share one task.
 */

import { AsyncLocalStorage } from "node:async_hooks";

import { CancelledError } from "./errors.ts";

/** One state of one long piece of work. Events with the same `id` move the same bar. */
export interface ProgressEvent {
  readonly id: string;
  /** What is being done, for a person: "Scoring TruthfulQA mc". Plain text, never markup. */
  readonly label: string;
  readonly completed: number;
  /** How many there will be; null where nobody knows. */
  readonly total: number | null;
  /** What is counted: "questions", "bytes". */
  readonly unit: string;
  readonly state: "running" | "done" | "stopped" | "failed";
  /** Seconds until it is done, where whoever reports knows better than the count says. */
  readonly secondsLeft?: number;
}

/** Where progress goes: a bar in a cell, a line on stderr, nowhere. Called often; rate-limiting is the sink's. */
export type ProgressSink = (event: ProgressEvent) => void;

/** What a long call needs from whoever started it. */
export interface Task {
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
}

const storeKey = Symbol.for("sightlab.task");
const never: Task = { signal: new AbortController().signal, progress: () => undefined };

/** The task this code runs in; outside any task one that never aborts and shows nothing. */
export function currentTask(): Task {
  return store().getStore() ?? never;
}

/** Runs `work` with `task` as the ambient task of everything it calls, also after its awaits. */
export function runInTask<T>(task: Task, work: () => T): T {
  return store().run(task, work);
}

/**
 * Throws where the signal has been aborted.
 *
 * @throws CancelledError naming `what` was stopped.
 */
export function throwIfStopped(signal: AbortSignal, what: string): void {
  if (signal.aborted) throw new CancelledError(what, signal.reason);
}

function store(): AsyncLocalStorage<Task> {
  const shared = globalThis as { [storeKey]?: AsyncLocalStorage<Task> | undefined };
  return (shared[storeKey] ??= new AsyncLocalStorage<Task>());
}
