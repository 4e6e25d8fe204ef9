/** The SHA-256 of files of any size. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { throwIfStopped } from "../base/task.ts";

/** How a file is hashed. */
export interface HashOptions {
  readonly signal?: AbortSignal;
}

/** SHA-256 of a file, hexadecimal. @throws CancelledError where the signal is aborted. */
export async function fileSha256(path: string, { signal }: HashOptions = {}): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    if (signal !== undefined) throwIfStopped(signal, `hashing ${path}`);
    hash.update(chunk as Buffer); // a stream without an encoding gives buffers
  }
  return hash.digest("hex");
}
