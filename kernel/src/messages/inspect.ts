/**
 * Inspection.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection
 */

import { codeOf, cursorOf, type Content } from "../wire/content.ts";

/** Content of `inspect_request`; the cursor counts UTF-16 units here, code points on the wire. */
export interface InspectRequest {
  readonly code: string;
  readonly cursor: number;
  readonly detail: 0 | 1;
}

/** Content of `inspect_reply`. */
export interface InspectReply {
  readonly status: "ok";
  readonly found: boolean;
  readonly data: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, never>>;
}

/** Reads `inspect_request`. */
export function readInspectRequest(content: Content): InspectRequest {
  const code = codeOf(content);
  return { code, cursor: cursorOf(content, code), detail: content.detail_level === 1 ? 1 : 0 };
}
