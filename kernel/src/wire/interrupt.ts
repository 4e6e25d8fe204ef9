/** Stops a cell from the wire thread, first politely. */

import { flag, type SharedFlags } from "../threads/cells.ts";
import { unwindMainThread } from "./unwind.ts";

/** A cell's own loops ask for the flag at each turn; library code does not, and gets this time to return. */
const patienceMs = 200;

/**
 * Asks the running cell to stop: through the flag, through a message to the main thread, and where neither is heard
 * because library code runs and runs, by force: SIGINT ends what runs under `breakOnSigint`; whatever else runs (code
 * after an await, in a timer, in a callback) is unwound.
 */
export function interruptCell(flags: SharedFlags, notify: () => void): void {
  const before = Atomics.load(flags, flag.interrupted);
  const isUnheard = (): boolean => Atomics.load(flags, flag.interrupted) === before;
  Atomics.store(flags, flag.interrupt, 1);
  notify();
  setTimeout(() => {
    if (!isUnheard()) return;
    if (Atomics.load(flags, flag.breakable) === 0) unwindMainThread();
    else process.kill(process.pid, "SIGINT");
    setTimeout(() => {
      if (isUnheard()) unwindMainThread();
    }, patienceMs);
  }, patienceMs);
}
