/**
 * A message of the Jupyter protocol.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#general-message-format
 */

import { randomUUID } from "node:crypto";

import type { Content } from "./content.ts";

/** Version of the protocol that is spoken. */
export const protocolVersion = "5.4";

/** Who sent a message, when, and of which kind. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** One message; `identities` are the routing frames before the delimiter. */
export interface Message {
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  /** The header of the message that caused this one; empty where none did. */
  readonly parent: Header | Content;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
}

/** Makes the headers of one session. */
export function headers(): (type: string) => Header {
  const session = randomUUID();
  return (type) => ({
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: "kernel",
    date: new Date().toISOString(),
    version: protocolVersion,
  });
}
