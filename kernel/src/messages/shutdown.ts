/**
 * Kernel shutdown, for good or to start again; answered to whoever asked and told to everybody.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-shutdown
 */

import { type Content, flagOf } from "../wire/content.ts";

/** Reads `shutdown_request`: whether the kernel is started again afterwards. */
export function readShutdownRequest(content: Content): boolean {
  return flagOf(content, "restart", false);
}

/** Content of `shutdown_reply`. */
export function shutdownReply(restart: boolean): Content {
  return { status: "ok", restart };
}
