/** SIGINT as the wire thread hears it. */

import { Worker } from "node:worker_threads";

import type { SharedFlags } from "../threads/cells.ts";

/** Calls `onSignal` at each SIGINT, also while the main thread runs code that never lets go. */
export function hearSignals(flags: SharedFlags, onSignal: () => void): void {
  const worker = new Worker(new URL("../signals/thread.js", import.meta.url), { workerData: { flags } });
  worker.unref();
  worker.on("message", onSignal);
}
