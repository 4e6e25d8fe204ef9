/** One side of a comparison in a process of its own: it is sent one line of JSON at a time and answers with one. */

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that answers. Dispose it. */
export interface Side extends Disposable {
  /** Sends a request and waits for its answer. @throws Error where the process ends first. */
  readonly ask: (request: object) => Promise<Readonly<Record<string, number>>>;
}

/** Starts a side; what it writes to stderr is shown where it fails. */
export function startSide(command: string, args: readonly string[]): Side {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const told: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => told.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      for (;;) {
        const next = (await lines.next()) as IteratorResult<string, undefined>;
        if (next.done === true) throw new Error(`${command} ended: ${told.join("").slice(-2000)}`);
        if (next.value.startsWith("{")) return JSON.parse(next.value) as Readonly<Record<string, number>>; // other lines are talk
      }
    },
    [Symbol.dispose]: () => {
      end(child);
    },
  };
}

function end(child: ChildProcess): void {
  child.stdin?.end();
  child.kill();
}
