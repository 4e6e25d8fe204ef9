/**
 * Display data: something shown while a cell runs, with an id by which it can be shown anew.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#display-data
 */

import type { Content } from "../wire/content.ts";
import type { Published } from "./published.ts";

/** A `display_data` message. */
export function displayData(data: Content, displayId: string): Published {
  return { type: "display_data", content: { data, metadata: {}, transient: { display_id: displayId } } };
}
