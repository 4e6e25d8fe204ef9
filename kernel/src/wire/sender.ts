/** Sends messages on one socket, in order: a zeromq socket takes one at a time. */

import type { Writable } from "zeromq";

/** Sends frames after all frames given before; resolves when they are with the socket's own queue. */
export type Sender = (frames: Uint8Array[]) => Promise<void>;

/** The sender of a socket; what cannot be sent because its peer has gone is dropped. */
export function sender(socket: Writable): Sender {
  let last = Promise.resolve();
  return (frames) => {
    last = last.then(async () => {
      try {
        await socket.send(frames);
      } catch {
        // A ROUTER socket refuses a peer that has gone; there is nobody to tell.
      }
    });
    return last;
  };
}
