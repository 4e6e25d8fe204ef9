/**
 * Which cell code belongs to, also after its awaits and in its timers: so that late output reaches its own cell, and
 * the ambient task its library calls.
 */

import { AsyncLocalStorage } from "node:async_hooks";

import type { Header } from "../wire/message.ts";

/** One run of one cell. */
export interface CellContext {
  /** Unique in the life of the kernel. */
  readonly cell: number;
  /** What stands in brackets beside the cell. */
  readonly count: number;
  readonly parent: Header;
  /** Nobody wants its output. */
  readonly silent: boolean;
  /** Its front end answers questions. */
  readonly allowStdin: boolean;
}

/** One state of one long piece of work; the same as `ProgressEvent` of the library's base/task.ts. */
export interface ProgressEvent {
  readonly id: string;
  readonly label: string;
  readonly completed: number;
  readonly total: number | null;
  readonly unit: string;
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly secondsLeft?: number;
}

/**
 * What a long call needs from whoever started it; the same as `Task` of the library's base/task.ts. The kernel and the
 * library meet only in this shape and in the key below, so that neither imports the other.
 */
export interface Task {
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
}

const taskKey = Symbol.for("sightlab.task");
const tasks = ((globalThis as { [taskKey]?: AsyncLocalStorage<Task> | undefined })[taskKey] ??=
  new AsyncLocalStorage<Task>());
const contexts = new AsyncLocalStorage<CellContext>();
let last: CellContext | undefined;

/** Cells that late errors can still be traced to. */
const kept = 1000;
const recent = new Map<number, CellContext>();

/** Runs `work` as part of a cell. */
export function runInCell<T>(context: CellContext, { task, work }: { readonly task: Task; readonly work: () => T }): T {
  last = context;
  recent.set(context.cell, context);
  recent.delete(context.cell - kept);
  return contexts.run(context, () => tasks.run(task, work));
}

/** The cell this code belongs to; where nobody knows, the one that ran last. */
export function currentCell(): CellContext | undefined {
  return contexts.getStore() ?? last;
}

/** The run of the cell with this number, if it is among the latest. */
export function cellNumbered(cell: number): CellContext | undefined {
  return recent.get(cell);
}

/** The task this code runs in, where it runs in any. */
export function ambientTask(): Task | undefined {
  return tasks.getStore();
}
