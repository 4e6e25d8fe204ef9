/**
 * Kernel status: whether it starts, works or waits.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-status
 */

import type { Published } from "./published.ts";

/** What a kernel is doing. */
export type KernelState = "starting" | "busy" | "idle";

/** A `status` message. */
export function statusMessage(state: KernelState): Published {
  return { type: "status", content: { execution_state: state } };
}
