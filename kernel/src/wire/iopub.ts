/**
 * The iopub socket: what happens in the kernel, for everybody who watches.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-iopub-pub-sub-channel
 */

import { XPublisher } from "zeromq";

import { iopubWelcome, readSubscription } from "../messages/iopub-welcome.ts";
import { type KernelState, statusMessage } from "../messages/status.ts";
import type { Content } from "./content.ts";
import type { Framing } from "./frames.ts";
import type { Header } from "./message.ts";
import { sender } from "./sender.ts";

/** One message for everybody, caused by the message with the header `parent`. */
export interface Publication {
  readonly type: string;
  readonly content: Content;
  readonly parent: Header | Content;
  readonly metadata?: Content;
  readonly buffers?: readonly Uint8Array[];
}

/** The open socket. */
export interface Iopub {
  readonly publish: (publication: Publication) => void;
  readonly status: (state: KernelState, parent: Header | Content) => void;
  readonly socket: XPublisher;
}

/** Opens the iopub socket. Its queue has no limit: a slow reader loses no output. */
export async function openIopub(
  address: string,
  { encode, header }: { readonly encode: Framing["encode"]; readonly header: (type: string) => Header },
): Promise<Iopub> {
  const socket = new XPublisher({ linger: 1000, sendHighWaterMark: 0, verbosity: "allSubs" });
  await socket.bind(address);
  const send = sender(socket);
  const publishOn = (topic: string, { type, content, parent, metadata = {}, buffers = [] }: Publication): void => {
    const identities = [Buffer.from(topic)];
    void send(encode({ identities, header: header(type), parent, metadata, content, buffers }));
  };
  const publish = (publication: Publication): void => {
    publishOn(`kernel.${publication.type}`, publication);
  };
  void receive(socket, (topic) => {
    publishOn(topic, { type: "iopub_welcome", content: iopubWelcome(topic), parent: {} });
  });
  return {
    publish,
    status: (state, parent) => {
      publish({ ...statusMessage(state), parent });
    },
    socket,
  };
}

/** Hears of each subscription; one of no readable topic is nobody's. */
async function receive(socket: XPublisher, onSubscription: (topic: string) => void): Promise<void> {
  for await (const [frame] of socket) {
    const topic = frame && readSubscription(frame);
    if (topic !== undefined) onSubscription(topic);
  }
}
