/**
 * Completion.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#completion
 */

import { codeOf, cursorOf, type Content } from "../wire/content.ts";

/** Content of `complete_request`; the cursor counts UTF-16 units here, code points on the wire. */
export interface CompleteRequest {
  readonly code: string;
  readonly cursor: number;
}

/** Content of `complete_reply`. */
export interface CompleteReply {
  readonly status: "ok";
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: { readonly _jupyter_types_experimental: readonly TypedMatch[] };
}

/** One match with its kind, as JupyterLab reads it. */
export interface TypedMatch {
  readonly text: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Reads `complete_request`. */
export function readCompleteRequest(content: Content): CompleteRequest {
  const code = codeOf(content);
  return { code, cursor: cursorOf(content, code) };
}
