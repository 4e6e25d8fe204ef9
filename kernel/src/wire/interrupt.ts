/** Stops a cell from the wire thread, first politely. */

import { flag, type SharedFlags } from "../threads/cells.ts";
import { type Unwinder, unwinder } from "./unwind.ts";

/** A cell's own loops ask for the flag at each turn; library code does not, and gets this time to return. */
const patienceMs = 200;

/** It is tried again and again until it is heard, at the latest after this time. */
const longestWaitMs = 1600;

/** From this attempt on, code is ended whatever it is: it may be the kernel's own, printing something endless. */
const lastPolite = 3;

/** Stops cells. */
export interface Interrupter {
  /** Asks the running cell to stop. */
  readonly interrupt: () => void;
  /** Takes a SIGINT that the main thread did not take. */
  readonly hearSignal: () => void;
}

/**
 * Asks the running cell to stop: through the flag, through a message to the main thread, and where neither is heard
 * because library code runs and runs, by force: SIGINT ends what runs under `breakOnSigint`; whatever else runs (code
 * after an await, in a timer, in a callback) is unwound. Each try may come too late or be lost with what it ends, so
 * there is another one until the main thread says that it has heard.
 */
export function interrupter(flags: SharedFlags, notify: (interrupt: number) => void): Interrupter {
  const unwind: Unwinder = unwinder();
  let timer: NodeJS.Timeout | undefined;
  let attempt = 0;
  let ended = 0;
  /** `flag.signalled` when this thread sent a SIGINT that the main thread has not taken, as far as is known. */
  let sent: number | undefined;
  const endings = (): number => Atomics.load(flags, flag.ended);
  const signalled = (): number => Atomics.load(flags, flag.signalled);
  const isHeard = (): boolean => Atomics.load(flags, flag.interrupted) >= Atomics.load(flags, flag.requested);

  const insist = (): void => {
    timer = undefined;
    if (isHeard()) return;
    attempt += 1;
    const isOnItsWay = endings() !== ended;
    ended = endings();
    if (attempt === 1 && Atomics.load(flags, flag.breakable) > 0) {
      sent = signalled();
      process.kill(process.pid, "SIGINT");
    } else if (!isOnItsWay || attempt > lastPolite) unwind(attempt > lastPolite);
    notify(Atomics.load(flags, flag.requested));
    timer = setTimeout(insist, Math.min(patienceMs * 2 ** Math.max(0, attempt - lastPolite), longestWaitMs));
  };
  const interrupt = (): void => {
    const isFirst = isHeard();
    const requested = Atomics.add(flags, flag.requested, 1) + 1;
    Atomics.store(flags, flag.interrupt, 1);
    notify(requested);
    if (!isFirst && timer !== undefined) return;
    clearTimeout(timer);
    attempt = 0;
    ended = endings();
    timer = setTimeout(insist, patienceMs);
  };
  return {
    interrupt,
    hearSignal: () => {
      const isOwn = sent !== undefined && sent === signalled();
      sent = undefined;
      if (!isOwn) interrupt();
    },
  };
}
