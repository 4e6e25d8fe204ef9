/**
 * Execution.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute
 */

import { codeOf, type Content, flagOf, isContent } from "../wire/content.ts";
import type { ErrorContent } from "./error.ts";

/** Content of `execute_request`. */
export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
}

/** Content of `execute_reply`. */
export type ExecuteReply =
  | {
      readonly status: "ok";
      readonly execution_count: number;
      readonly user_expressions: Readonly<Record<string, Content>>;
      readonly payload: readonly Content[];
    }
  | ({ readonly status: "error"; readonly execution_count: number } & ErrorContent);

/** Content of the `execute_reply` to a request that was not run, because one before it failed. */
export const abortedReply: Content = { status: "aborted" };

/** Reads `execute_request`. */
export function readExecuteRequest(content: Content): ExecuteRequest {
  const silent = flagOf(content, "silent", false);
  const expressions = isContent(content.user_expressions) ? Object.entries(content.user_expressions) : [];
  return {
    code: codeOf(content),
    silent,
    storeHistory: !silent && flagOf(content, "store_history", true),
    userExpressions: Object.fromEntries(
      expressions.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
    allowStdin: flagOf(content, "allow_stdin", false),
    stopOnError: flagOf(content, "stop_on_error", true),
  };
}
