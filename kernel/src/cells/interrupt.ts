/** How a cell is stopped. */

import { Script } from "node:vm";

import { flag, type SharedFlags } from "../threads/cells.ts";

/** Thrown where a cell was stopped by the user. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("The cell was stopped");
  }
}

const callKey = Symbol.for("sightlab.kernel.call");
const caller = new Script(`globalThis[Symbol.for("sightlab.kernel.call")]()`, { filename: import.meta.filename });

/** Calls `work` so that SIGINT ends it, also within a library's endless loop; what it changed stays. */
export function callInterruptibly<T>(work: () => T, flags: SharedFlags): T {
  Object.defineProperty(globalThis, callKey, { value: work, configurable: true });
  Atomics.add(flags, flag.breakable, 1);
  try {
    return caller.runInThisContext({ breakOnSigint: true, displayErrors: false }) as T; // the script returns work()
  } catch (error) {
    if (!isSigint(error)) throw error;
    Atomics.add(flags, flag.ended, 1);
    Atomics.add(flags, flag.signalled, 1);
    throw new Interrupted();
  } finally {
    Atomics.sub(flags, flag.breakable, 1);
  }
}

function isSigint(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

/** The running cell's side of an interrupt. */
export interface Interruption {
  /** Rejects when the cell is stopped. */
  readonly happened: Promise<never>;
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** An interruption that has not happened. */
export function interruption(): Interruption {
  const controller = new AbortController();
  const happened = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => {
      reject(new Interrupted());
    });
  });
  happened.catch(() => undefined); // Whoever races it hears of it; nobody else has to.
  return {
    happened,
    signal: controller.signal,
    stop: () => {
      controller.abort(new Interrupted());
    },
  };
}

/** True for an interrupt that has not been dealt with; the wire thread tells of each until it is. */
export function isNewInterrupt(flags: SharedFlags, interrupt: number): boolean {
  return interrupt > Atomics.load(flags, flag.interrupted);
}

/** Takes the request to stop back where no later one is on its way, and tells the wire thread that it was heard. */
export function acknowledgeInterrupt(flags: SharedFlags, interrupt: number): void {
  if (Atomics.load(flags, flag.requested) === interrupt) Atomics.store(flags, flag.interrupt, 0);
  Atomics.store(flags, flag.interrupted, interrupt);
}
