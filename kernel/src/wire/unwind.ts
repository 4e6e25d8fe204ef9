/** Ends whatever the main thread runs, through its inspector: the only way into code that never lets go. */

import { Session } from "node:inspector";

/** Ends the JavaScript that runs on the main thread, after it was told by `globalThis[Symbol.for(...)]()`. */
export function unwindMainThread(): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.evaluate", { expression: `globalThis[Symbol.for("sightlab.kernel.unwind")]()` });
  session.post("Runtime.terminateExecution", () => {
    session.disconnect();
  });
}
