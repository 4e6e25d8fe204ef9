/** The kernel's side of comms: objects in cells that talk with objects in the front end. */

import { AsyncResource } from "node:async_hooks";
import { randomUUID } from "node:crypto";

import type { CommMessage } from "../messages/comm.ts";
import type { Comm, CommEvent, CommHost } from "../widgets/comm-host.ts";
import type { Content } from "../wire/content.ts";
import { currentCell } from "./context.ts";
import type { Outbox } from "./outbox.ts";

/** The comms of one kernel; what a comm's owner does on a message belongs to the cell that opened the comm. */
export interface Comms extends CommHost {
  /** Takes a message from the front end. */
  readonly receive: (message: CommMessage) => void;
}

interface OpenComm {
  readonly comm: Comm;
  /** Runs a callback as part of the cell that opened the comm. */
  readonly inItsCell: (callback: () => void) => void;
}

/** No comm open. */
export function openComms(outbox: Outbox): Comms {
  const open = new Map<string, OpenComm>();
  const targets = new Map<string, (comm: Comm, event: CommEvent) => void>();

  const add = (id: string): Comm => {
    const send = (
      type: string,
      content: Content,
      extras: Partial<CommEvent> & { readonly metadata?: Content } = {},
    ): void => {
      const { metadata = {}, buffers = [] } = extras;
      outbox.publish({ type, content: { comm_id: id, ...content }, metadata, buffers });
    };
    const comm: Comm = {
      id,
      send: (data, extras) => {
        send("comm_msg", { data }, extras);
      },
      close: () => {
        if (open.delete(id)) send("comm_close", { data: {} });
      },
      onMessage: () => undefined,
      onClose: () => undefined,
    };
    open.set(id, {
      comm,
      inItsCell: AsyncResource.bind((callback: () => void) => {
        callback();
      }),
    });
    return comm;
  };

  return {
    open: (target, { data, id = randomUUID(), metadata = {}, buffers = [] }) => {
      const comm = add(id);
      outbox.publish({ type: "comm_open", content: { comm_id: id, target_name: target, data }, metadata, buffers });
      return comm;
    },
    register: (target, accept) => {
      targets.set(target, accept);
    },
    parentId: () => currentCell()?.parent.msg_id ?? "",
    receive: ({ type, id, target, data, buffers }) => {
      const event: CommEvent = { data, buffers };
      const known = open.get(id);
      switch (type) {
        case "comm_open": {
          const accept = targets.get(target);
          const comm = add(id);
          if (accept === undefined) comm.close();
          else accept(comm, event);
          break;
        }
        case "comm_msg":
          known?.inItsCell(() => {
            known.comm.onMessage(event);
          });
          break;
        case "comm_close":
          open.delete(id);
          known?.inItsCell(() => {
            known.comm.onClose();
          });
          break;
      }
    },
  };
}
