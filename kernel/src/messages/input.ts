/**
 * Input: a cell asks the user.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel
 */

import { type Content, textOf } from "../wire/content.ts";

/** Content of `input_request`. */
export interface InputRequest {
  readonly prompt: string;
  /** Whether what is typed is hidden. */
  readonly password: boolean;
}

/** Reads `input_reply`: what the user typed. */
export function readInputReply(content: Content): string {
  return textOf(content, "value");
}
