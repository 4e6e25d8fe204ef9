/**
 * Update display data: what was shown under an id changes, wherever it stands.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#update-display-data
 */

import type { Content } from "../wire/content.ts";
import type { Published } from "./published.ts";

/** An `update_display_data` message. */
export function updateDisplayData(data: Content, displayId: string): Published {
  return { type: "update_display_data", content: { data, metadata: {}, transient: { display_id: displayId } } };
}
