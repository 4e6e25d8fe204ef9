/**
 * Streams: text on stdout and stderr.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#streams-stdout-stderr-etc
 */

import type { Published } from "./published.ts";

/** Name of a text stream. */
export type StreamName = "stdout" | "stderr";

/** A `stream` message. */
export function streamMessage(name: StreamName, text: string): Published {
  return { type: "stream", content: { name, text } };
}
