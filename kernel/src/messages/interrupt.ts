/**
 * Kernel interrupt.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-interrupt
 */

import type { Content } from "../wire/content.ts";

/** Content of `interrupt_reply`. */
export const interruptReply: Content = { status: "ok" };
