/**
 * Code inputs: what runs now, for everybody who watches.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-inputs
 */

import type { Published } from "./published.ts";

/** An `execute_input` message. */
export function executeInput(code: string, count: number): Published {
  return { type: "execute_input", content: { code, execution_count: count } };
}
