/**
 * What is answered on the control socket, also while a cell never returns.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-control-router-dealer-channel
 */

import { interruptReply } from "../messages/interrupt.ts";
import { readShutdownRequest, shutdownReply } from "../messages/shutdown.ts";
import type { Answer } from "./answer.ts";

/** What control messages do. */
export interface ControlOptions {
  readonly interrupt: () => void;
  /** Ends the kernel once the answer is on its way. */
  readonly shutdown: (restart: boolean) => void;
}

/** The answer to each type of message. */
export function controlAnswers({ interrupt, shutdown }: ControlOptions): ReadonlyMap<string, Answer> {
  return new Map<string, Answer>([
    [
      "interrupt_request",
      () => {
        interrupt();
        return interruptReply;
      },
    ],
    [
      "shutdown_request",
      (content) => {
        const restart = readShutdownRequest(content);
        shutdown(restart);
        return shutdownReply(restart);
      },
    ],
  ]);
}
