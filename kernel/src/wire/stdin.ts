/**
 * The stdin socket: a cell's questions to the user who runs it.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel
 */

import type { MessagePort } from "node:worker_threads";

import { type InputRequest, readInputReply } from "../messages/input.ts";
import { flag, type SharedFlags } from "../threads/cells.ts";
import type { Message } from "./message.ts";
import { openRequests, type RequestSocket, type RequestSocketOptions } from "./requests.ts";

/** The open socket. */
export interface Stdin extends Pick<RequestSocket, "socket"> {
  /** Takes the port on which cells ask. */
  readonly use: (port: MessagePort) => void;
  /** Ends the wait of a cell that is asking. */
  readonly giveUp: () => void;
}

/** What questions need. */
export interface StdinOptions extends Pick<RequestSocketOptions, "framing" | "header"> {
  readonly flags: SharedFlags;
  /** The request whose sender is asked. */
  readonly running: () => Message | undefined;
}

/** Opens the stdin socket. */
export async function openStdin(address: string, { flags, running, ...options }: StdinOptions): Promise<Stdin> {
  let cells: MessagePort | undefined;
  let isAsking = false;
  const wake = (): void => {
    isAsking = false;
    Atomics.add(flags, flag.answered, 1);
    Atomics.notify(flags, flag.answered);
  };
  const { reply, socket } = await openRequests(address, {
    ...options,
    onRequest: ({ header, content }) => {
      if (!isAsking || header.msg_type !== "input_reply") return;
      cells?.postMessage(readInputReply(content));
      wake();
    },
  });
  return {
    socket,
    use: (port) => {
      cells = port;
      port.on("message", (request: InputRequest) => {
        const asked = running();
        if (asked === undefined) return;
        isAsking = true;
        void reply(asked, "input_request", { ...request });
      });
    },
    giveUp: () => {
      if (isAsking) wake();
    },
  };
}
