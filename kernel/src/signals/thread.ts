/**
 * The signal thread: hears SIGINT while the main thread runs code that never lets go.
 *
 * Node hands a signal to the main thread's event loop, which does not turn then. A script that runs under
 * `breakOnSigint` is told at once, whichever thread it runs on; the youngest is told first, so that a call of the main
 * thread that SIGINT itself can end comes before this thread.
 */

import { parentPort, workerData } from "node:worker_threads";
import { Script } from "node:vm";

import { flag, type SharedFlags } from "../threads/cells.ts";

const { flags } = workerData as { readonly flags: SharedFlags }; // given by wire/signals.ts
const sleepKey = Symbol.for("sightlab.kernel.sleep");
const call = new Script(`globalThis[Symbol.for("sightlab.kernel.sleep")]()`);
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Runs `sleep` until a signal ends it. */
function untilSignal(sleep: () => void): void {
  Object.defineProperty(globalThis, sleepKey, { value: sleep, configurable: true });
  try {
    call.runInThisContext({ breakOnSigint: true, displayErrors: false });
  } catch {
    // It ends in no other way.
  }
}

// The outer script keeps Node listening while the inner one is started anew, and hears what comes meanwhile.
for (;;) {
  untilSignal(() => {
    for (;;) {
      Atomics.store(flags, flag.listening, 1);
      untilSignal(() => Atomics.wait(never, 0, 0));
      parentPort?.postMessage("SIGINT");
    }
  });
  parentPort?.postMessage("SIGINT");
}
