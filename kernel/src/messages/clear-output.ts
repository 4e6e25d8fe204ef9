/**
 * Clear output: what a cell has shown goes, at once or when something new comes.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#clear-output
 */

import type { Published } from "./published.ts";

/** A `clear_output` message. */
export function clearOutput(wait: boolean): Published {
  return { type: "clear_output", content: { wait } };
}
