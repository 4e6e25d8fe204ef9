/** stdout and stderr of the process as streams of the cell that writes. */

import { StringDecoder } from "node:string_decoder";

import type { StreamName } from "../messages/stream.ts";
import type { Outbox } from "./outbox.ts";

/** Sends what is written to the process's stdout and stderr, also by `console`, to the notebook. */
export function captureStreams(outbox: Outbox): void {
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = writer(name, outbox);
    Object.defineProperty(process[name], "isTTY", { value: false, configurable: true });
  }
}

function writer(name: StreamName, outbox: Outbox): typeof process.stdout.write {
  const decoder = new StringDecoder("utf8");
  return (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, callback?: Done): boolean => {
    outbox.write(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
    const done = typeof encoding === "function" ? encoding : callback;
    if (done !== undefined) queueMicrotask(done);
    return true;
  };
}

type Done = (error?: Error | null) => void;
