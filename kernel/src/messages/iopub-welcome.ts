/**
 * Welcome: a subscriber hears that from now on it misses nothing.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#welcome-message
 */

import type { Content } from "../wire/content.ts";

/** First byte of the frame in which zeromq tells of a new subscription; its topic follows. */
const subscribed = 1;

/** The topic of a subscription frame; undefined where somebody unsubscribes. */
export function readSubscription(frame: Uint8Array): string | undefined {
  return frame[0] === subscribed ? Buffer.from(frame.subarray(1)).toString("utf8") : undefined;
}

/** Content of `iopub_welcome`. */
export function iopubWelcome(subscription: string): Content {
  return { subscription };
}
