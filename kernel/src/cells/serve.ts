/** The main thread's side of the kernel: runs cells one after the other and tells the wire thread what they say. */

import type { Worker } from "node:worker_threads";

import type { ExecuteReply, ExecuteRequest } from "../messages/execute.ts";
import { flag, type FromCells, type SharedFlags, type ToCells } from "../threads/cells.ts";
import type { Header } from "../wire/message.ts";
import { type CellContext, runInCell } from "./context.ts";
import { mimeBundle } from "./display.ts";
import { errorContent } from "./errors.ts";
import { leaveThroughWire } from "./exit.ts";
import { hidePromiseBookkeeping } from "./inspect-promises.ts";
import { acknowledgeInterrupt, type Interruption, interruption } from "./interrupt.ts";
import { LanguageThread } from "./language.ts";
import { reportLateErrors } from "./late-errors.ts";
import { Outbox } from "./outbox.ts";
import { provideGlobals } from "./provide-globals.ts";
import { ProgressBars } from "./progress-bars.ts";
import { Runner } from "./runner.ts";
import { translateStackTraces } from "./stack-trace.ts";
import { captureStreams } from "./streams.ts";
import { dropOwnWarnings } from "./warnings.ts";

/** What the kernel was started with. */
export interface ServeOptions {
  readonly flags: SharedFlags;
  /** The notebook's folder. */
  readonly folder: string;
  readonly fallback: string | null;
}

/** Serves until the process ends. */
export function serveCells(wire: Worker, { flags, folder, fallback }: ServeOptions): void {
  const post = (message: FromCells): void => {
    wire.postMessage(message, message.kind === "language" ? [message.port] : []);
  };
  const outbox = new Outbox(post);
  let leave = (): void => undefined;
  let cells: Cells | undefined;
  wire.on("message", (message: ToCells) => {
    switch (message.kind) {
      case "ready": {
        takeProcess(outbox);
        leave = leaveThroughWire(flags, () => {
          outbox.flush();
          post({ kind: "close" });
        });
        const language = new LanguageThread({ folder, fallback }, (port) => {
          post({ kind: "language", port });
        });
        cells = new Cells({ outbox, language, flags, runner: new Runner({ language, flags, folder, fallback }) });
        break;
      }
      case "execute":
        void cells?.execute(message.request, message.parent).then((reply) => {
          post({ kind: "executed", reply });
        });
        break;
      case "interrupt":
        cells?.interrupt();
        break;
      case "exit":
        leave();
        break;
    }
  });
  process.on("SIGINT", () => {
    cells?.interrupt();
  });
}

/** Makes the process the cells' own: until here its output and its errors are the kernel's. */
function takeProcess(outbox: Outbox): void {
  captureStreams(outbox);
  translateStackTraces();
  dropOwnWarnings();
  hidePromiseBookkeeping();
  reportLateErrors(outbox);
  provideGlobals(outbox);
}

interface CellsOptions {
  readonly outbox: Outbox;
  readonly language: LanguageThread;
  readonly runner: Runner;
  readonly flags: SharedFlags;
}

/** Executes requests. */
class Cells {
  readonly #options: CellsOptions;
  #cell = 0;
  #count = 0;
  #running: Interruption | undefined;

  constructor(options: CellsOptions) {
    this.#options = options;
  }

  /** Runs one cell and says how it ended; never rejects. */
  async execute(request: ExecuteRequest, parent: Header): Promise<ExecuteReply> {
    const { outbox, flags } = this.#options;
    if (request.storeHistory) this.#count += 1;
    const count = this.#count;
    this.#cell += 1;
    const context: CellContext = { cell: this.#cell, count, parent, silent: request.silent };
    const bars = new ProgressBars(outbox, context);
    const stop = interruption();
    this.#running = stop;
    outbox.publish({ type: "execute_input", content: { code: request.code, execution_count: count } }, context);
    const task = { signal: stop.signal, progress: bars.show };
    try {
      await runInCell(context, { task, work: () => Promise.race([this.#run(request.code, context), stop.happened]) });
      await settled();
      outbox.flush();
      return { status: "ok", execution_count: count, user_expressions: {}, payload: [] };
    } catch (thrown) {
      const error = errorContent(thrown);
      await settled();
      outbox.publish({ type: "error", content: { ...error } }, context);
      return { status: "error", execution_count: count, ...error };
    } finally {
      if (Atomics.load(flags, flag.interrupt) === 1) stop.stop();
      if (stop.signal.aborted) bars.stop();
      this.#running = undefined;
    }
  }

  /** Stops the running cell: its signal, what it awaits, its loops. */
  interrupt(): void {
    this.#running?.stop();
    this.#options.runner.stopCompiling();
    acknowledgeInterrupt(this.#options.flags);
  }

  async #run(code: string, context: CellContext): Promise<void> {
    const { runner, outbox } = this.#options;
    if (code.trim() === "") return;
    const { value } = await runner.run({ cell: context.cell, count: context.count, code });
    if (value === undefined || context.silent) return;
    globalThis._ = value;
    const data = await mimeBundle(value);
    if (Object.keys(data).length === 0) return;
    const content = { data, metadata: {}, execution_count: context.count };
    outbox.publish({ type: "execute_result", content }, context);
  }
}

/** Output and rejections that a cell has already caused belong before its end. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
