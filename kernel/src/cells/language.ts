/** The language thread as the main thread sees it: started late, restarted when a type never ends. */

import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";

import type { CellCommit, LanguageData, LanguageMethods } from "../language/answers.ts";
import { type Calls, makeCalls } from "../threads/calls.ts";

/** Starts the language thread and keeps what it must be told again after a restart. */
export class LanguageThread {
  readonly #data: LanguageData;
  readonly #share: (port: MessagePort) => void;
  readonly #commits = new Map<number, CellCommit>();
  #running: { readonly worker: Worker; readonly call: Calls<LanguageMethods> };

  /** `share` is given a port to each thread that starts, for the wire thread. */
  constructor(data: LanguageData, share: (port: MessagePort) => void) {
    this.#data = data;
    this.#share = share;
    this.#running = this.#start();
  }

  /** The thread's methods. */
  get call(): Calls<LanguageMethods> {
    return this.#running.call;
  }

  /** Takes over the names of a cell that ran. */
  commit(commit: CellCommit): void {
    this.#commits.set(commit.cell, commit);
    this.#tell(commit);
  }

  /** Replaces the thread; calls that wait are rejected. */
  restart(): void {
    void this.#running.worker.terminate();
    this.#running = this.#start();
    for (const commit of this.#commits.values()) this.#tell(commit);
  }

  #tell(commit: CellCommit): void {
    void this.#running.call("commit", commit).then(
      (dropped) => {
        for (const cell of dropped) this.#commits.delete(cell);
      },
      () => undefined, // The thread was restarted and has been told all commits again.
    );
  }

  #start(): { readonly worker: Worker; readonly call: Calls<LanguageMethods> } {
    const worker = new Worker(new URL("../language/thread.js", import.meta.url), { workerData: this.#data });
    worker.unref();
    const own = this.#port(worker);
    this.#share(this.#port(worker));
    return { worker, call: makeCalls<LanguageMethods>(own) };
  }

  #port(worker: Worker): MessagePort {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port2, [port2]);
    return port1;
  }
}
