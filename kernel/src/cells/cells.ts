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
import { acknowledgeInterrupt, Interrupted, type Interruption, interruption, isNewInterrupt } from "./interrupt.ts";
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

/** Who asked for a cell. */
export interface Requester {
  readonly parent: Header;
  /** Hears how the cell ended, once. */
  readonly ended: (reply: ExecuteReply) => void;
}

/** Turns of the event loop in which a cell that was stopped ends, unless what would have ended it was lost. */
const turnsToEnd = 3;

/** The cells of one kernel. */
export class Cells {
  readonly #options: CellsOptions;
  #cell = 0;
  #count = 0;
  #running: RunningCell | undefined;

  constructor(options: CellsOptions) {
    this.#options = options;
  }

  /** Runs one cell and says how it ended. */
  execute(request: ExecuteRequest, { parent, ended }: Requester): void {
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
    const end = (reply: ExecuteReply): void => {
      if (this.#running?.cell !== context.cell) return;
      if (Atomics.load(flags, flag.interrupt) === 1) stop.stop();
      if (stop.signal.aborted) bars.stop();
      bars.cellEnded();
      ended(reply);
      this.#running = undefined;
    };
    this.#running = {
      cell: context.cell,
      stop: stop.stop,
      abandon: () => end(this.#failed(new Interrupted(), context)),
    };
    outbox.publish(executeInput(request.code, count), context);
    const task = { signal: stop.signal, progress: bars.show };
    void runInCell(context, { task, work: () => this.#outcome(request, { context, stop }) }).then(end);
  }

  /** Stops the running cell: its signal, what it awaits, its loops; `interrupt` is the number of the interrupt. */
  interrupt(interrupt: number): void {
    const { flags, runner } = this.#options;
    if (!isNewInterrupt(flags, interrupt)) return;
    this.#running?.stop();
    runner.stopCompiling();
    acknowledgeInterrupt(flags, interrupt);
  }

  /** True while an interrupt has not been dealt with. */
  get isAskedToStop(): boolean {
    const { flags } = this.#options;
    return isNewInterrupt(flags, Atomics.load(flags, flag.requested));
  }

  /**
   * Deals with the interrupt that ended code of `cell`. A cell that has ended is told that what it left behind was ended
   * too; one that still runs says so itself, or is abandoned where that was lost with the code.
   */
  unwound(cell: CellContext | undefined): void {
    const { flags, runner, outbox } = this.#options;
    const running = this.#running;
    Atomics.store(flags, flag.breakable, 0); // nothing is being called; what was ended could not take itself back
    this.interrupt(Atomics.load(flags, flag.requested));
    if (running !== undefined) {
      afterTurns(turnsToEnd, () => {
        if (this.#running !== running) return;
        runner.abandon();
        running.abandon();
      });
    }
    if (cell === undefined || cell.cell === running?.cell) return;
    outbox.publish(errorMessage(errorContent(new Interrupted())), cell);
  }

  /** Runs one cell; never rejects. */
  async #outcome(
    request: ExecuteRequest,
    { context, stop }: { readonly context: CellContext; readonly stop: Interruption },
  ): Promise<ExecuteReply> {
    const { count } = context;
    const work = async (): Promise<UserExpressions> => {
      await this.#run(request.code, { context, stopped: stop.happened });
      return await this.#evaluate(request.userExpressions, { count, stopped: stop.happened });
    };
    try {
      const expressions = await Promise.race([work(), stop.happened]);
      await settled();
      stop.signal.throwIfAborted();
      this.#options.outbox.flush();
      return { status: "ok", execution_count: count, user_expressions: expressions, payload: [] };
    } catch (thrown) {
      await settled();
      return this.#failed(thrown, context);
    }
  }

  #failed(thrown: unknown, context: CellContext): ExecuteReply {
    const error = errorContent(thrown);
    this.#options.outbox.publish(errorMessage(error), context);
    return { status: "error", execution_count: context.count, ...error };
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

/** The cell that is running. */
interface RunningCell {
  readonly cell: number;
  readonly stop: Interruption["stop"];
  /** Ends it although nothing says how it ended. */
  readonly abandon: () => void;
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

function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => {
    if (turns > 1) afterTurns(turns - 1, work);
    else work();
  });
}
