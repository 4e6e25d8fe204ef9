/**
 * The heartbeat socket: it says back what it hears.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#heartbeat-for-kernels
 */

import { Router } from "zeromq";

/** Opens the heartbeat socket. A ROUTER, unlike a REP, is not upset by a peer that leaves halfway. */
export async function openHeartbeat(address: string): Promise<Router> {
  const socket = new Router({ linger: 0 });
  await socket.bind(address);
  void echo(socket);
  return socket;
}

async function echo(socket: Router): Promise<void> {
  for await (const frames of socket) await socket.send(frames);
}
