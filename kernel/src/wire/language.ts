/** The language thread as the wire thread sees it: it comes later, and may be replaced. */

import type { MessagePort } from "node:worker_threads";

import type { LanguageMethods } from "../language/answers.ts";
import { type Calls, makeCalls } from "../threads/calls.ts";

/** A place for the language thread's port. */
export interface LanguageSlot {
  /** Takes the port of a language thread that started, in place of an earlier one. */
  readonly use: (port: MessagePort) => void;
  /** The thread's methods, once there is a thread. */
  readonly calls: () => Promise<Calls<LanguageMethods>>;
}

/** An empty place. */
export function languageSlot(): LanguageSlot {
  let arrive: (calls: Calls<LanguageMethods>) => void = () => undefined;
  let current = new Promise<Calls<LanguageMethods>>((resolve) => {
    arrive = resolve;
  });
  return {
    use: (port) => {
      const calls = makeCalls<LanguageMethods>(port);
      arrive(calls);
      current = Promise.resolve(calls);
    },
    calls: () => current,
  };
}
