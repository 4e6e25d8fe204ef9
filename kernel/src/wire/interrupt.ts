/** Stops a cell from the wire thread, first politely. */

import { flag, type SharedFlags } from "../threads/cells.ts";

/** A cell's own loops ask for the flag at each turn; library code does not, so that a signal ends it after this time. */
const patienceMs = 200;

/**
 * Asks the running cell to stop: through the flag, through a message to the main thread, and where neither is heard
 * (library code that runs and runs) through SIGINT, which ends what runs under `breakOnSigint`.
 */
export function interruptCell(flags: SharedFlags, notify: () => void): void {
  const before = Atomics.load(flags, flag.interrupted);
  Atomics.store(flags, flag.interrupt, 1);
  notify();
  setTimeout(() => {
    if (Atomics.load(flags, flag.interrupted) === before) process.kill(process.pid, "SIGINT");
  }, patienceMs);
}
