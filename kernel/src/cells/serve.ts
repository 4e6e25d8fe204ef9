/** The main thread's side of the kernel: runs cells one after the other and tells the wire thread what they say. */

import type { MessagePort } from "node:worker_threads";

import { provideCommHost } from "../widgets/comm-host.ts";
import { serveControlChannel } from "../widgets/control-channel.ts";
import type { FromCells, SharedFlags, ToCells } from "../threads/cells.ts";
import { Cells } from "./cells.ts";
import { openComms } from "./comms.ts";
import { leaveThroughWire } from "./exit.ts";
import { asker } from "./input.ts";
import { hidePromiseBookkeeping } from "./inspect-promises.ts";
import type { LanguageThread } from "./language.ts";
import { reportLateErrors } from "./late-errors.ts";
import { Outbox } from "./outbox.ts";
import { provideGlobals } from "./provide-globals.ts";
import { Runner } from "./runner.ts";
import { leaveSignalsAlone } from "./signals.ts";
import { translateStackTraces } from "./stack-trace.ts";
import { captureStreams } from "./streams.ts";
import { allowUnwinding } from "./unwind.ts";
import { dropOwnWarnings } from "./warnings.ts";

/** What the kernel was started with. */
export interface ServeOptions {
  readonly language: LanguageThread;
  readonly flags: SharedFlags;
  /** The notebook's folder. */
  readonly folder: string;
  readonly fallback: string | null;
}

/** Serves until the process ends. */
export function serveCells(wire: MessagePort, { language, flags, folder, fallback }: ServeOptions): void {
  const post = (message: FromCells): void => {
    wire.postMessage(message, "port" in message ? [message.port] : []);
  };
  const outbox = new Outbox(post);
  const comms = openComms(outbox);
  const leave = leaveThroughWire(flags, () => {
    outbox.flush();
    post({ kind: "close" });
  });
  const ask = asker(flags, (port) => {
    post({ kind: "stdin", port });
  });
  takeProcess(outbox);
  provideGlobals(outbox, ask);
  provideCommHost(comms);
  serveControlChannel(comms);
  const cells = new Cells({
    outbox,
    flags,
    runner: new Runner({ language, flags, folder, fallback }),
    listenToStop: (comm) => {
      post({ kind: "stop button", comm });
    },
  });
  let delivery: number | undefined;
  const delivered = (): void => {
    if (delivery !== undefined) post({ kind: "delivered", delivery });
    delivery = undefined;
  };
  allowUnwinding({
    isAsked: () => cells.isAskedToStop,
    report: (cell) => {
      cells.unwound(cell);
      delivered(); // what was unwound may have been its callback
    },
  });
  post({ kind: "ready" });
  wire.on("message", (message: ToCells) => {
    switch (message.kind) {
      case "execute":
        cells.execute(message.request, {
          parent: message.parent,
          ended: (reply) => {
            post({ kind: "executed", reply });
          },
        });
        break;
      case "comm":
        delivery = message.delivery;
        try {
          comms.receive(message.comm);
        } finally {
          delivered();
        }
        break;
      case "interrupt":
        cells.interrupt(message.interrupt);
        break;
      case "exit":
        leave();
        break;
    }
  });
}

/** Makes the process the cells' own: until here its output and its errors are the kernel's. */
function takeProcess(outbox: Outbox): void {
  leaveSignalsAlone();
  captureStreams(outbox);
  translateStackTraces();
  dropOwnWarnings();
  hidePromiseBookkeeping();
  reportLateErrors(outbox);
}
