/**
 * Immediates that are lost when one of them is ended from outside: Node forgets those behind it in the same turn, but
 * goes on to count them, and then its event loop never sleeps again. Checked with Node 20.20: lib/internal/timers.js
 * (processImmediate), lib/timers.js (clearImmediate).
 */

import { type AsyncLocalStorage } from "node:async_hooks";

/** An immediate as Node keeps it. */
interface NodeImmediate extends NodeJS.Immediate {
  readonly _destroyed: boolean;
  readonly _argv?: readonly unknown[];
}

/** Node's own method, called for each thing that happens later; absent where contexts are not followed by hooks. */
interface FollowerPrototype {
  _propagate?: (this: AsyncLocalStorage<unknown>, resource: object, cause: object, type: string) => void;
}

/** The immediates that wait are looked through when there are this many of them, or twice as many as were left. */
const fewest = 64;

/** Follows the immediates of this thread; what it returns has those that were lost run again. */
export function followImmediates(followers: object): () => void {
  const prototype = followers as FollowerPrototype;
  const { _propagate: propagate } = prototype;
  if (propagate === undefined) return () => undefined;
  let waiting = new Set<NodeImmediate>();
  let limit = fewest;
  prototype._propagate = function (resource, cause, type): void {
    propagate.call(this, resource, cause, type);
    if (type !== "Immediate") return;
    waiting.add(resource as NodeImmediate); // that is what its type says
    if (waiting.size < limit) return;
    waiting = new Set([...waiting].filter(({ _destroyed: isOver }) => !isOver));
    limit = Math.max(fewest, 2 * waiting.size);
  };
  return () => {
    for (const immediate of waiting) revive(immediate);
    waiting.clear();
  };
}

function revive(lost: NodeImmediate): void {
  if (lost._destroyed) return;
  const callback = lost._onImmediate.bind(lost); // Node's own way to call it, read before it is cleared
  const isKeepingAlive = lost.hasRef();
  clearImmediate(lost);
  const immediate = setImmediate(callback, ...(lost._argv ?? []));
  if (!isKeepingAlive) immediate.unref();
  for (const key of Object.getOwnPropertySymbols(lost)) {
    if (key.description === "kResourceStore") Reflect.set(immediate, key, Reflect.get(lost, key));
  }
}
