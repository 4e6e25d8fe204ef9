/** Executes cells, one after the other. */

import { errorMessage } from "../messages/error.ts";
import { executeInput } from "../messages/execute-input.ts";
import { executeResult } from "../messages/execute-result.ts";
import type { ExecuteReply, ExecuteRequest } from "../messages/execute.ts";
import { flag, type SharedFlags } from "../threads/cells.ts";
import type { Content } from "../wire/content.ts";
import type { Header } from "../wire/message.ts";
import { type CellContext, runInCell } from "./context.ts";
import { mimeBundle } from "./display.ts";
import { errorContent } from "./errors.ts";
import { acknowledgeInterrupt, Interrupted, type Interruption, interruption } from "./interrupt.ts";
import type { Outbox } from "./outbox.ts";
import { ProgressBars } from "./progress-bars.ts";
import type { Runner } from "./runner.ts";

/** What cells need. */
export interface CellsOptions {
  readonly outbox: Outbox;
  readonly runner: Runner;
  readonly flags: SharedFlags;
  /** Has the wire thread watch a button that stops the running cell. */
  readonly listenToStop: (button: string) => void;
}

/** The cells of one kernel. */
export class Cells {
  readonly #options: CellsOptions;
  #cell = 0;
  #count = 0;
  #running: { readonly cell: number; readonly stop: Interruption["stop"] } | undefined;

  constructor(options: CellsOptions) {
    this.#options = options;
  }

  /** Runs one cell and says how it ended; never rejects. */
  async execute(request: ExecuteRequest, parent: Header): Promise<ExecuteReply> {
    const { outbox, flags, listenToStop } = this.#options;
    if (request.storeHistory) this.#count += 1;
    const count = this.#count;
    this.#cell += 1;
    const context: CellContext = {
      cell: this.#cell,
      count,
      parent,
      silent: request.silent,
      allowStdin: request.allowStdin,
    };
    const bars = new ProgressBars(outbox, { cell: context, listenToStop });
    const stop = interruption();
    this.#running = { cell: context.cell, stop: stop.stop };
    outbox.publish(executeInput(request.code, count), context);
    const task = { signal: stop.signal, progress: bars.show };
    try {
      const work = async (): Promise<UserExpressions> => {
        await this.#run(request.code, { context, stopped: stop.happened });
        return await this.#evaluate(request.userExpressions, { count, stopped: stop.happened });
      };
      const expressions = await runInCell(context, { task, work: () => Promise.race([work(), stop.happened]) });
      await settled();
      outbox.flush();
      return { status: "ok", execution_count: count, user_expressions: expressions, payload: [] };
    } catch (thrown) {
      const error = errorContent(thrown);
      await settled();
      outbox.publish(errorMessage(error), context);
      return { status: "error", execution_count: count, ...error };
    } finally {
      if (Atomics.load(flags, flag.interrupt) === 1) stop.stop();
      if (stop.signal.aborted) bars.stop();
      bars.flush();
      this.#running = undefined;
    }
  }

  /** Stops the running cell: its signal, what it awaits, its loops. */
  interrupt(): void {
    this.#running?.stop();
    this.#options.runner.stopCompiling();
    acknowledgeInterrupt(this.#options.flags);
  }

  /** Says in a cell that has ended that what it left behind was ended too; one that still runs says so itself. */
  unwound(cell: CellContext | undefined): void {
    if (cell === undefined || cell.cell === this.#running?.cell) return;
    this.#options.outbox.publish(errorMessage(errorContent(new Interrupted())), cell);
  }

  async #run(code: string, { context, stopped }: Running & { readonly context: CellContext }): Promise<void> {
    const { runner, outbox } = this.#options;
    if (code.trim() === "") return;
    const { value } = await runner.run({ cell: context.cell, count: context.count, code, stopped });
    if (value === undefined || context.silent) return;
    globalThis._ = value;
    const data = await mimeBundle(value);
    if (Object.keys(data).length === 0) return;
    outbox.publish(executeResult(data, context.count), context);
  }

  async #evaluate(
    expressions: Readonly<Record<string, string>>,
    { count, stopped }: Running & { readonly count: number },
  ): Promise<UserExpressions> {
    const values: Record<string, Content> = {};
    for (const [name, code] of Object.entries(expressions)) {
      this.#cell += 1;
      try {
        const { value } = await this.#options.runner.run({ cell: this.#cell, count, code: `(${code}\n)`, stopped });
        values[name] = { status: "ok", data: await mimeBundle(value), metadata: {} };
      } catch (thrown) {
        values[name] = { status: "error", ...errorContent(thrown) };
      }
    }
    return values;
  }
}

/** What the parts of a running cell share. */
interface Running {
  /** Rejects when the cell is stopped. */
  readonly stopped: Promise<never>;
}

/** Values of expressions that a front end asks for beside a cell. */
type UserExpressions = Readonly<Record<string, Content>>;

/** Output and rejections that a cell has already caused belong before its end. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
