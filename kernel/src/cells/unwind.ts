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
import { Session } from "node:inspector";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

import { type CellContext, currentCell } from "./context.ts";
import { followImmediates } from "./lost-immediates.ts";

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

/** What unwinding asks, and whom it tells. */
export interface UnwindingOptions {
  /** True while an interrupt has not been dealt with. */
  readonly isAsked: () => boolean;
  /** Hears in which cell code was ended. */
  readonly report: (cell: CellContext | undefined) => void;
}

/** Makes this thread ready to be unwound by the wire thread. */
export function allowUnwinding({ isAsked, report }: UnwindingOptions): void {
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
  const reviveImmediates = followImmediates(prototype);
  const session = new Session();
  session.connect();
  const unwind = (anyCode: boolean): void => {
    const code = running();
    if (!isAsked() || !(anyCode ? code.length > 0 : code.some(isForeign))) return;
    const cell = currentCell();
    isUnwinding = true;
    for (const follower of followers) follower.disable();
    // One that was set before may have been lost with what is ended now.
    setImmediate(() => {
      if (!isUnwinding) return;
      reviveImmediates();
      report(cell);
      throw new Unwound();
    });
    session.post("Runtime.terminateExecution"); // must be the last: what runs next is ended
  };
  process.prependListener("uncaughtException", (error) => {
    if (!(error instanceof Unwound)) return;
    isUnwinding = false;
    for (const follower of followers) enable?.call(follower);
  });
  Object.defineProperty(globalThis, unwindKey, { value: unwind });
}

/** True for the error that only puts Node's state in order. */
export function isUnwound(thrown: unknown): boolean {
  return thrown instanceof Unwound;
}

/** Frames of `running` itself, of who called it and of the inspector's expression. */
const ownFrames = 3;

const ownFolders: readonly string[] = [dirname(import.meta.dirname), pathToFileURL(dirname(import.meta.dirname)).href];

/** The files of the functions that were running when the inspector came in between; none where nothing ran. */
function running(): readonly (string | null | undefined)[] {
  const before = Object.getOwnPropertyDescriptors(Error);
  Error.stackTraceLimit = 100;
  Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName());
  try {
    return (new Error().stack as unknown as (string | null | undefined)[]).slice(ownFrames); // prepared above
  } finally {
    for (const name of ["prepareStackTrace", "stackTraceLimit"] as const) {
      Object.defineProperty(Error, name, { ...before[name], configurable: true });
    }
  }
}

/** False for code of Node and of the kernel, which soon comes to the interrupt by itself. */
function isForeign(file: string | null | undefined): boolean {
  if (file === null || file === undefined || file.startsWith("node:")) return false;
  return !ownFolders.some((folder) => file.startsWith(`${folder}/`));
}
