/** All sockets of the kernel, and what passes between them and the thread that runs cells. */

import type { MessagePort } from "node:worker_threads";

import { readCommMessage } from "../messages/comm.ts";
import { shutdownReply } from "../messages/shutdown.ts";
import { flag, type FromCells, type SharedFlags, type ToCells } from "../threads/cells.ts";
import { inTurns } from "../threads/turns.ts";
import { answer } from "./answer.ts";
import { isCommMessage, openComms } from "./comms.ts";
import type { Connection } from "./connection.ts";
import type { Content } from "./content.ts";
import { controlAnswers } from "./control.ts";
import { Deliveries } from "./deliveries.ts";
import { Executions } from "./executions.ts";
import { framing as framingOf } from "./frames.ts";
import { openHeartbeat } from "./heartbeat.ts";
import { openHistory } from "./history.ts";
import { interrupter } from "./interrupt.ts";
import { openIopub } from "./iopub.ts";
import { languageSlot } from "./language.ts";
import { headers, type Message } from "./message.ts";
import { watchParent } from "./parent.ts";
import { openRequests, type RequestSocket } from "./requests.ts";
import { shellAnswers } from "./shell.ts";
import { hearSignals } from "./signals.ts";
import { openStdin } from "./stdin.ts";
import { stopButtons } from "./stop-buttons.ts";

/** Time the main thread has to leave by itself. */
const graceMs = 1000;

/** Opens the sockets and serves them until the kernel ends. */
export async function openWire(
  connection: Connection,
  { port, flags }: { readonly port: MessagePort; readonly flags: SharedFlags },
): Promise<void> {
  const tell = (message: ToCells): void => {
    port.postMessage(message);
  };
  const options = { framing: framingOf(connection.key), header: headers() };
  const iopub = await openIopub(connection.address("iopub"), {
    encode: options.framing.encode,
    header: options.header,
  });
  const language = languageSlot();
  const comms = openComms();
  const history = openHistory();
  const deliveries = new Deliveries(tell);
  const stops = stopButtons();
  const noteComm = (type: string, content: Content): void => {
    comms.note(type, content);
    stops.note(type, content);
  };
  const executions = new Executions({
    iopub,
    start: (request, { header }) => {
      tell({ kind: "execute", request, parent: header });
    },
    reply: (request, content) => void shell.reply(request, "execute_reply", content),
    finished: ({ code, storeHistory }, { execution_count: line }) => {
      if (storeHistory) history.add(line, code);
    },
  });
  const stdin = await openStdin(connection.address("stdin"), { ...options, flags, running: () => executions.running });
  const onShell = shellAnswers({ language: language.calls, comms: comms.targets, history });
  const { interrupt, hearSignal } = interrupter(flags, (number) => {
    tell({ kind: "interrupt", interrupt: number });
    stdin.giveUp();
  });
  const onControl = controlAnswers({
    interrupt,
    shutdown: (restart) => {
      iopub.publish({ type: "shutdown_reply", content: shutdownReply(restart), parent: {} });
    },
  });
  /** Answers with busy before and idle after; a cell that is still running is then shown as busy again. */
  const serve = async (socket: RequestSocket, request: Message): Promise<void> => {
    const { msg_type: type } = request.header;
    iopub.status("busy", request.header);
    if (isCommMessage(type)) {
      if (stops.isPressedBy(type, request.content)) interrupt();
      noteComm(type, request.content);
      await deliveries.deliver(readCommMessage(type, request));
    } else await answer(socket, { request, find: onControl.get(type) ?? onShell.get(type) });
    iopub.status("idle", request.header);
    if (executions.running !== undefined) iopub.status("busy", executions.running.header);
    if (type === "shutdown_request") end();
  };
  const shell = await openRequests(connection.address("shell"), {
    ...options,
    onRequest: (request) => {
      if (request.header.msg_type === "execute_request") executions.add(request);
      else void serve(shell, request);
    },
  });
  const control = await openRequests(connection.address("control"), {
    ...options,
    onRequest: (request) => void serve(control, request),
  });
  const heartbeat = await openHeartbeat(connection.address("hb"));

  const close = (): void => {
    for (const socket of [shell.socket, control.socket, stdin.socket, heartbeat, iopub.socket]) socket.close();
    Atomics.store(flags, flag.closed, 1);
    Atomics.notify(flags, flag.closed);
  };
  const end = (): void => {
    close();
    Atomics.store(flags, flag.interrupt, 1);
    stdin.giveUp();
    tell({ kind: "exit" });
    setTimeout(() => process.kill(process.pid, "SIGKILL"), graceMs);
  };
  const hear = inTurns((message: FromCells) => {
    switch (message.kind) {
      case "publish":
        noteComm(message.publication.type, message.publication.content);
        iopub.publish(message.publication);
        break;
      case "executed":
        executions.finish(message.reply);
        break;
      case "delivered":
        deliveries.done(message.delivery);
        break;
      case "ready":
        hearSignals(flags, hearSignal);
        break;
      case "language":
        language.use(message.port);
        break;
      case "stdin":
        stdin.use(message.port);
        break;
      case "stop button":
        if (comms.targets.has(message.comm)) stops.add(message.comm); // the front end may have closed it already
        break;
      case "close":
        close();
        break;
    }
  });
  port.on("message", hear);
  watchParent(end);
  iopub.status("starting", {});
}
