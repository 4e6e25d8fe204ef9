/** Cells wait here for their turn: one runs at a time, and a cell that fails ends the wait of those behind it. */

import { abortedReply, type ExecuteReply, type ExecuteRequest, readExecuteRequest } from "../messages/execute.ts";
import type { Content } from "./content.ts";
import type { Iopub } from "./iopub.ts";
import type { Message } from "./message.ts";

/** What the queue does with its requests. */
export interface ExecutionsOptions {
  readonly iopub: Pick<Iopub, "status">;
  readonly start: (request: ExecuteRequest, message: Message) => void;
  readonly reply: (message: Message, content: Content) => void;
  readonly finished: (request: ExecuteRequest, reply: ExecuteReply) => void;
}

/** The queue of `execute_request` messages. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #waiting: Message[] = [];
  #running: { readonly message: Message; readonly request: ExecuteRequest } | undefined;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** The request that is running. */
  get running(): Message | undefined {
    return this.#running?.message;
  }

  /** Runs a request when those before it have run. */
  add(message: Message): void {
    this.#waiting.push(message);
    if (this.#running === undefined) this.#next();
  }

  /** Answers the running request, and runs the next one or aborts all. */
  finish(reply: ExecuteReply): void {
    if (this.#running === undefined) return;
    const { message, request } = this.#running;
    this.#running = undefined;
    this.#options.finished(request, reply);
    this.#options.reply(message, { ...reply });
    this.#options.iopub.status("idle", message.header);
    if (reply.status === "error" && request.stopOnError) this.#abort();
    this.#next();
  }

  #abort(): void {
    for (const message of this.#waiting.splice(0)) {
      this.#options.iopub.status("busy", message.header);
      this.#options.reply(message, abortedReply);
      this.#options.iopub.status("idle", message.header);
    }
  }

  #next(): void {
    const message = this.#waiting.shift();
    if (message === undefined) return;
    const request = readExecuteRequest(message.content);
    this.#running = { message, request };
    this.#options.iopub.status("busy", message.header);
    this.#options.start(request, message);
  }
}
