/** Leaving the process: a socket that is open in another thread when the process exits would abort it. */

import { flag, type SharedFlags } from "../threads/cells.ts";

const patienceMs = 1000;

/** Makes `process.exit` wait until the wire thread has closed its sockets; returns the same as a function. */
export function leaveThroughWire(flags: SharedFlags, close: () => void): () => void {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    close();
    Atomics.wait(flags, flag.closed, 0, patienceMs);
    return exit(code);
  };
  return () => {
    process.exit(0);
  };
}
