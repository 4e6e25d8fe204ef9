/** A socket on which front ends ask and the kernel answers: shell, control and stdin. */

import { Router } from "zeromq";

import type { Content } from "./content.ts";
import type { Framing } from "./frames.ts";
import type { Header, Message } from "./message.ts";
import { sender } from "./sender.ts";

/** An open socket of requests. */
export interface RequestSocket {
  /** Sends `content` as a message of `type` to whoever sent `request`. */
  readonly reply: (request: Message, type: string, content: Content) => Promise<void>;
  readonly socket: Router;
}

/** How messages are written and read. */
export interface RequestSocketOptions {
  readonly framing: Framing;
  readonly header: (type: string) => Header;
  /** Called with each message that is properly signed, in the order they came. */
  readonly onRequest: (request: Message) => void;
}

/** Opens a socket of requests; frames that are no signed message are dropped. */
export async function openRequests(
  address: string,
  { framing, header, onRequest }: RequestSocketOptions,
): Promise<RequestSocket> {
  const socket = new Router({ linger: 1000 });
  await socket.bind(address);
  const send = sender(socket);
  void receive(socket, (frames) => {
    const request = framing.decode(frames);
    if (request !== undefined) onRequest(request);
  });
  return {
    reply: ({ identities, header: parent }, type, content) =>
      send(framing.encode({ identities, header: header(type), parent, metadata: {}, content, buffers: [] })),
    socket,
  };
}

async function receive(socket: Router, onFrames: (frames: readonly Uint8Array[]) => void): Promise<void> {
  for await (const frames of socket) onFrames(frames);
}
