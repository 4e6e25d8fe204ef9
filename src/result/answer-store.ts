/**
 * Answers of models on disk, as they come: an append-only file with one JSON line a batch, flushed before the next batch
 * is asked. A process that is killed at any point loses the batch that was running and no other.
 */

import { open, type FileHandle } from "node:fs/promises";

import { DataFormatError } from "../base/errors.ts";
import { type FileStamp, type HashMemory } from "../base/language-model.ts";

/** Stored answers by the key of their batch, and the hashes of files. */
export interface AnswerStore extends HashMemory {
  /** The answers of a batch, in the order of its requests; undefined where it has not been answered. */
  readonly find: (key: string) => readonly unknown[] | undefined;
  /** Writes a batch; when it resolves, the batch is on disk. */
  readonly append: (key: string, answers: readonly unknown[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

type Line =
  | { readonly batch: string; readonly answers: readonly unknown[] }
  | { readonly file: FileStamp; readonly sha256: string };

const header = `${JSON.stringify({ sightlab: "answers", formatVersion: 1 })}\n`;

/**
 * Opens a store, or makes one. A line that was cut by a crash is dropped.
 *
 * @throws DataFormatError naming the line, where the file is not a store; it is then left as it is.
 */
export async function openAnswerStore(path: string): Promise<AnswerStore> {
  const handle = await open(path, "a+");
  try {
    const lines = await readLines(handle, path);
    return storeOf(handle, lines);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function storeOf(handle: FileHandle, lines: readonly Line[]): AnswerStore {
  const batches = new Map<string, readonly unknown[]>();
  const hashes = new Map<string, string>();
  const add = (line: Line): void => {
    if ("batch" in line) batches.set(line.batch, line.answers);
    else hashes.set(stampKey(line.file), line.sha256);
  };
  let last = Promise.resolve();
  const write = (line: Line): Promise<void> => {
    last = last
      .catch(() => undefined) // told to whoever wrote that line
      .then(async () => {
        await handle.appendFile(`${JSON.stringify(line, encodeNumber)}\n`);
        await handle.datasync();
        add(line);
      });
    return last;
  };
  lines.forEach(add);
  return {
    find: (key) => batches.get(key),
    append: (batch, answers) => write({ batch, answers }),
    recall: (file) => hashes.get(stampKey(file)),
    remember: (file, sha256) => write({ file, sha256 }),
    close: () => last.catch(() => undefined).then(() => handle.close()),
  };
}

async function readLines(handle: FileHandle, path: string): Promise<readonly Line[]> {
  const text = (await handle.readFile()).toString("utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const isStore = whole === "" ? header.startsWith(text) : whole.startsWith(header);
  if (!isStore) {
    throw new DataFormatError(`Cannot read answers at "${path}:1": expected ${header.trim()}, got another file`);
  }
  if (whole !== text) await handle.truncate(Buffer.byteLength(whole));
  if (whole === "") {
    await handle.appendFile(header);
    await handle.datasync();
  }
  const lines = whole.slice(header.length).split("\n").slice(0, -1);
  return lines.map((line, index) => parseLine(line, `${path}:${index + 2}`));
}

function parseLine(text: string, where: string): Line {
  try {
    const line = JSON.parse(text, decodeNumber) as Partial<Record<string, unknown>>;
    if (typeof line.batch === "string" && Array.isArray(line.answers)) {
      return { batch: line.batch, answers: line.answers };
    }
    if (typeof line.file === "object" && typeof line.sha256 === "string") {
      return { file: line.file as FileStamp, sha256: line.sha256 }; // written by `remember`
    }
  } catch {
    // told below, with the line
  }
  throw new DataFormatError(
    `Cannot read answers at "${where}": expected a batch or a file's hash, got ${text.slice(0, 40)}`,
  );
}

/** JSON has no NaN, no infinities and no -0; they are written as { "number": "-Infinity" }. */
function encodeNumber(_: string, value: unknown): unknown {
  if (Object.is(value, -0)) return { number: "-0" };
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

function decodeNumber(_: string, value: unknown): unknown {
  const isEncoded = typeof value === "object" && value !== null && "number" in value && Object.keys(value).length === 1;
  return isEncoded ? Number(value.number) : value;
}

function stampKey({ path, size, changedMs }: FileStamp): string {
  return JSON.stringify([path, size, changedMs]);
}
