/** Ends whatever the main thread runs, through its inspector: the only way into code that never lets go. */

import { Session } from "node:inspector";

/** Ends the JavaScript that runs on the main thread; without `anyCode` only where some of it is not the kernel's own. */
export type Unwinder = (anyCode: boolean) => void;

/**
 * Makes an unwinder. The main thread itself decides, when it comes to it, whether there is still something to end, and
 * ends it at once (see cells/unwind.ts): it may have heard the interrupt in the meantime, and what it then runs is none
 * of the interrupt's business.
 */
export function unwinder(): Unwinder {
  let isAsking = false;
  return (anyCode) => {
    if (isAsking) return;
    isAsking = true;
    const session = new Session();
    session.connectToMainThread();
    const expression = `globalThis[Symbol.for("sightlab.kernel.unwind")](${String(anyCode)})`;
    session.post("Runtime.evaluate", { expression }, () => {
      isAsking = false;
      session.disconnect();
    });
  };
}
