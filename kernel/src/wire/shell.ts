/**
 * What is answered on the shell socket, besides `execute_request`: none of it waits for a cell.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-shell-router-dealer-channel
 */

import type { LanguageMethods } from "../language/answers.ts";
import { commInfoReply } from "../messages/comm-info.ts";
import { historyReply, readHistoryRequest } from "../messages/history.ts";
import { readCompleteRequest } from "../messages/complete.ts";
import { readInspectRequest } from "../messages/inspect.ts";
import { kernelInfoReply } from "../messages/kernel-info.ts";
import type { Calls } from "../threads/calls.ts";
import type { Answer } from "./answer.ts";
import { codeOf, textOf } from "./content.ts";
import type { History } from "./history.ts";

/** What the answers are made from. */
export interface ShellOptions {
  /** The language thread, once it is there. */
  readonly language: () => Promise<Calls<LanguageMethods>>;
  /** Open comms: id and target. */
  readonly comms: ReadonlyMap<string, string>;
  readonly history: History;
}

/** The answer to each type of message. */
export function shellAnswers({ language, comms, history }: ShellOptions): ReadonlyMap<string, Answer> {
  return new Map<string, Answer>([
    ["kernel_info_request", kernelInfoReply],
    ["complete_request", async (content) => (await language())("complete", readCompleteRequest(content))],
    ["inspect_request", async (content) => (await language())("inspect", readInspectRequest(content))],
    ["is_complete_request", async (content) => (await language())("isComplete", codeOf(content))],
    ["comm_info_request", (content) => commInfoReply(comms, textOf(content, "target_name"))],
    [
      "history_request",
      (content) => {
        const request = readHistoryRequest(content);
        return historyReply(history.find(request), request.withOutput);
      },
    ],
  ]);
}
