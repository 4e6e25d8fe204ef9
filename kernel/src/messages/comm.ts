/**
 * Comms: messages between an object in the kernel and one in the front end, in both directions.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 */

import { type Content, isContent, textOf } from "../wire/content.ts";
import type { Header, Message } from "../wire/message.ts";

/** A `comm_open`, `comm_msg` or `comm_close` from the front end. */
export interface CommMessage {
  readonly type: CommMessageType;
  readonly id: string;
  /** What the front end opens the comm on; of `comm_open` only. */
  readonly target: string;
  readonly data: Content;
  readonly buffers: readonly Uint8Array[];
  readonly parent: Header;
}

/** The types of comm messages. */
export type CommMessageType = (typeof commMessageTypes)[number];

/** The types of comm messages, as the wire names them. */
export const commMessageTypes = ["comm_open", "comm_msg", "comm_close"] as const;

/** Reads a comm message of a given type. */
export function readCommMessage(type: CommMessageType, { header, content, buffers }: Message): CommMessage {
  const data = isContent(content.data) ? content.data : {};
  return {
    type,
    id: textOf(content, "comm_id"),
    target: textOf(content, "target_name"),
    data,
    buffers,
    parent: header,
  };
}
