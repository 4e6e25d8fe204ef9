/** All sockets of the kernel, and what passes between them and the thread that runs cells. */

import type { MessagePort } from "node:worker_threads";

import { flag, type FromCells, type SharedFlags, type ToCells } from "../threads/cells.ts";
import type { Connection } from "./connection.ts";
import { controlAnswers } from "./control.ts";
import { Executions } from "./executions.ts";
import { framing as framingOf } from "./frames.ts";
import { openHeartbeat } from "./heartbeat.ts";
import { interruptCell } from "./interrupt.ts";
import { openIopub } from "./iopub.ts";
import { languageSlot } from "./language.ts";
import { headers, type Message } from "./message.ts";
import { watchParent } from "./parent.ts";
import { openRequests, type RequestSocket } from "./requests.ts";
import { type Answer, shellAnswers } from "./shell.ts";

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
  const framing = framingOf(connection.key);
  const header = headers();
  const iopub = await openIopub(connection.address("iopub"), { encode: framing.encode, header });
  const language = languageSlot();

  const onShell = shellAnswers({ language: language.calls, comms: new Map() });
  const executions = new Executions({
    iopub,
    start: (request, { header: parent }) => {
      tell({ kind: "execute", request, parent });
    },
    reply: (request, content) => void shell.reply(request, "execute_reply", content),
  });
  const onControl = controlAnswers({
    interrupt: () => {
      interruptCell(flags, () => {
        tell({ kind: "interrupt" });
      });
    },
    shutdown: (restart) => {
      iopub.publish({ type: "shutdown_reply", content: { status: "ok", restart }, parent: {} });
    },
  });

  /** Answers with busy before and idle after; a cell that is still running is then shown as busy again. */
  const answer = async (
    socket: RequestSocket,
    request: Message,
    answers: ReadonlyMap<string, Answer>,
  ): Promise<void> => {
    const { msg_type: type } = request.header;
    iopub.status("busy", request.header);
    const content = await answerTo(request, answers);
    if (content !== undefined) await socket.reply(request, type.replace(/_request$/, "_reply"), { ...content });
    iopub.status("idle", request.header);
    if (executions.running !== undefined) iopub.status("busy", executions.running.header);
    if (type === "shutdown_request") end();
  };
  const options = { framing, header };
  const shell = await openRequests(connection.address("shell"), {
    ...options,
    onRequest: (request) => {
      if (request.header.msg_type === "execute_request") executions.add(request);
      else void answer(shell, request, request.header.msg_type === "shutdown_request" ? onControl : onShell);
    },
  });
  const control = await openRequests(connection.address("control"), {
    ...options,
    onRequest: (request) => void answer(control, request, onControl.has(request.header.msg_type) ? onControl : onShell),
  });
  const stdin = await openRequests(connection.address("stdin"), { ...options, onRequest: () => undefined });
  const heartbeat = await openHeartbeat(connection.address("hb"));

  const close = (): void => {
    for (const socket of [shell.socket, control.socket, stdin.socket, heartbeat, iopub.socket]) socket.close();
    Atomics.store(flags, flag.closed, 1);
    Atomics.notify(flags, flag.closed);
  };
  const end = (): void => {
    close();
    Atomics.store(flags, flag.interrupt, 1);
    tell({ kind: "exit" });
    setTimeout(() => process.kill(process.pid, "SIGKILL"), graceMs);
  };

  port.on("message", (message: FromCells) => {
    switch (message.kind) {
      case "publish":
        iopub.publish(message.publication);
        break;
      case "executed":
        executions.finish(message.reply);
        break;
      case "language":
        language.use(message.port);
        break;
      case "close":
        close();
        break;
    }
  });
  watchParent(end);
  iopub.status("starting", {});
}

/** The content of a reply; a request that cannot be answered is answered with the reason. */
async function answerTo(request: Message, answers: ReadonlyMap<string, Answer>): Promise<object | undefined> {
  const find = answers.get(request.header.msg_type);
  try {
    return await find?.(request.content);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    return { status: "error", ename: reason.name, evalue: reason.message, traceback: [] };
  }
}
