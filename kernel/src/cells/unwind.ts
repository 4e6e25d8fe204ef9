/**
 * What must be done before the code on this thread is ended from outside, and after it.
 *
 * Node 20 follows asynchronous contexts through a stack of its own; code that is ended leaves its entries there, and
 * Node aborts the process where it finds them. So the followers are switched off before, Node is told by
 * `--no-force-async-hooks-checks` not to look (see kernelspec.ts), and an error that is caught at the very top makes
 * Node empty its stack; then the followers are switched on again. Checked with Node 20.20: src/api/callback.cc
 * (InternalCallbackScope::Close), lib/internal/process/execution.js (createOnGlobalUncaughtException).
 */

import { AsyncLocalStorage } from "node:async_hooks";

import { type CellContext, currentCell } from "./context.ts";

/** Thrown where nobody catches, so that Node puts its own state in order. */
class Unwound extends Error {
  override readonly name = "Unwound";
}

interface Follower {
  disable: () => void;
}

interface FollowerPrototype {
  /** Node's own method, called before a follower's first use; absent where contexts are not followed by hooks. */
  _enable?: (this: Follower) => void;
}

const unwindKey = Symbol.for("sightlab.kernel.unwind");

/** Makes this thread ready to be unwound by the wire thread; `report` hears in which cell it happened. */
export function allowUnwinding(report: (cell: CellContext | undefined) => void): void {
  const prototype = AsyncLocalStorage.prototype as unknown as FollowerPrototype;
  const { _enable: enable } = prototype;
  const followers = new Set<Follower>();
  let isUnwinding = false;
  if (enable !== undefined) {
    prototype._enable = function (): void {
      followers.add(this);
      if (!isUnwinding) enable.call(this);
    };
  }
  const prepare = (): void => {
    if (isUnwinding) return;
    const cell = currentCell();
    isUnwinding = true;
    for (const follower of followers) follower.disable();
    setImmediate(() => {
      report(cell);
      throw new Unwound();
    });
  };
  process.prependListener("uncaughtException", (error) => {
    if (!(error instanceof Unwound)) return;
    isUnwinding = false;
    for (const follower of followers) enable?.call(follower);
  });
  Object.defineProperty(globalThis, unwindKey, { value: prepare });
}

/** True for the error that only puts Node's state in order. */
export function isUnwound(thrown: unknown): boolean {
  return thrown instanceof Unwound;
}
