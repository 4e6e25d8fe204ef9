/** A front end that only keeps what it is sent: for tests of the messages themselves. Browser tests use a real one. */

import { type Comm, type CommExtras, type CommHost, provideCommHost } from "../../../kernel/src/widgets/comm-host.ts";

/** One message of the kernel. */
export interface Sent {
  readonly kind: "open" | "message" | "close";
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly extras: CommExtras;
}

/** The recorded messages, the open comms, and the targets the kernel accepts. */
export interface RecordedFrontEnd {
  readonly sent: Sent[];
  readonly comms: Map<string, Comm>;
  readonly targets: Map<string, Parameters<CommHost["register"]>[1]>;
}

/** Takes the place of a kernel's comms for the widgets made after it. */
export function recordFrontEnd(): RecordedFrontEnd & { readonly host: CommHost } {
  const sent: Sent[] = [];
  const comms = new Map<string, Comm>();
  const targets: RecordedFrontEnd["targets"] = new Map();
  const host: CommHost = {
    open: (_target, { data, id = `widget-${comms.size + 1}`, ...extras }) => {
      sent.push({ kind: "open", id, data, extras });
      const comm: Comm = {
        id,
        send: (message, more = {}) => sent.push({ kind: "message", id, data: message, extras: more }),
        close: () => sent.push({ kind: "close", id, data: {}, extras: {} }),
        onMessage: () => undefined,
        onClose: () => undefined,
      };
      comms.set(id, comm);
      return comm;
    },
    register: (target, accept) => targets.set(target, accept),
    parentId: () => "request",
  };
  provideCommHost(host);
  return { sent, comms, targets, host };
}
