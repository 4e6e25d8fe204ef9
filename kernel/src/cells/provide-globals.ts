/** Puts in place the names that every cell has, as globals.ts declares them. */

import { displayTo } from "./display-to.ts";
import type { Ask } from "./input.ts";
import type { Outbox } from "./outbox.ts";
import { progress } from "./progress.ts";

/** Makes the names of globals.ts, for one kernel. */
export function provideGlobals(outbox: Outbox, ask: Ask): void {
  const asked = (message: string, password = false): string => {
    outbox.flush(); // what the cell said before the question is read before it
    return ask({ prompt: message, password });
  };
  globalThis.display = displayTo(outbox);
  globalThis.progress = progress;
  globalThis._ = undefined;
  globalThis.prompt = (message = "", initial = "") => asked(message) || initial;
  globalThis.confirm = (message = "") => /^\s*y(es)?\s*$/i.test(asked(`${message} [y/N] `));
  globalThis.promptPassword = (message = "") => asked(message, true);
}
