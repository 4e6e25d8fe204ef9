/**
 * Code results: the value of a cell's last expression.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#id6
 */

import type { Content } from "../wire/content.ts";
import type { Published } from "./published.ts";

/** An `execute_result` message. */
export function executeResult(data: Content, count: number): Published {
  return { type: "execute_result", content: { data, metadata: {}, execution_count: count } };
}
