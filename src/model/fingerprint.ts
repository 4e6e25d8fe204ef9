/** The fingerprint of a checkpoint folder: what its answers depend on, as one hash. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { type HashMemory } from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask, throwIfStopped } from "../base/task.ts";

/** Files that a model is made of; what else lies in the folder does not change its answers. */
const parts =
  /\.(safetensors|bin|pth|model)$|^(config|adapter_config|generation_config|tokenizer|tokenizer_config|added_tokens|special_tokens_map|preprocessor_config|processor_config)\.json$|\.index\.json$/;

/**
 * SHA-256 over the names and hashes of the files that make up a checkpoint, hexadecimal. Each file is read once and then
 * remembered by path, size and time of change; reading shows progress and can be stopped.
 *
 * @throws CancelledError where the ambient task is stopped.
 */
export async function fingerprintOf(folder: string, memory: HashMemory): Promise<string> {
  const names = (await readdir(folder)).filter((name) => parts.test(name)).sort();
  const whole = createHash("sha256");
  for (const name of names) whole.update(`${name}\n${await hashOf(join(folder, name), memory)}\n`);
  return whole.digest("hex");
}

/** The fingerprint of several folders, of a base and its adapter; that of the folder alone where it is one. */
export async function fingerprintOfAll(folders: readonly string[], memory: HashMemory): Promise<string> {
  const [first = "", ...rest] = folders;
  const head = await fingerprintOf(first, memory);
  if (rest.length === 0) return head;
  const whole = createHash("sha256").update(head);
  for (const folder of rest) whole.update(`\n${await fingerprintOf(folder, memory)}`);
  return whole.digest("hex");
}

async function hashOf(path: string, memory: HashMemory): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const stamp = { path, size, changedMs: mtimeMs };
  const known = memory.recall(stamp);
  if (known !== undefined) return known;
  const sha256 = await readAndHash(path, size);
  await memory.remember(stamp, sha256);
  return sha256;
}

/** Files that are read in no time are not worth a bar. */
const worthABar = 16e6;

async function readAndHash(path: string, size: number): Promise<string> {
  const { signal, progress } = currentTask();
  const sink = size < worthABar ? () => undefined : progress;
  const bar = openProgress(`Hashing ${basename(path)}`, { total: size, unit: "bytes", sink });
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      throwIfStopped(signal, `hashing ${basename(path)}`);
      hash.update(chunk as Buffer); // a stream without an encoding gives buffers
      bar.advance((chunk as Buffer).length);
    }
    bar.close();
    return hash.digest("hex");
  } finally {
    bar.close(signal.aborted ? "stopped" : "failed");
  }
}
