/** Unpacks the archives in which datasets come: zip, tar and tar.gz. */

import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInflateRaw } from "node:zlib";

import { DataFormatError } from "../base/errors.ts";
import { throwIfStopped } from "../base/task.ts";
import { type ArchiveFile, tarFiles } from "./tar-archive.ts";
import { zipEntries } from "./zip-archive.ts";

/** Where to and how. */
export interface UnpackOptions {
  /** What kind of archive it is, by its ending: ".zip", ".tar", ".tar.gz", ".tgz". */
  readonly name: string;
  readonly folder: string;
  /** So many leading folders of the entries' names are dropped. */
  readonly strip: number;
  readonly signal: AbortSignal;
  readonly onFile: () => void;
}

/**
 * Writes all files of an archive below a folder.
 *
 * @throws DataFormatError where it is no whole archive, or an entry wants to stand outside the folder.
 */
export async function unpackArchive(path: string, options: UnpackOptions): Promise<void> {
  const { name, folder, strip, signal, onFile } = options;
  for await (const file of filesOf(path, name)) {
    throwIfStopped(signal, `unpacking ${name}`);
    const target = targetOf(file.name, { name, strip });
    if (target === null) continue;
    await writeBytes(join(folder, target), file);
    onFile();
  }
}

/** Moves what is in one folder into another; folders that are in both are merged, files replaced. */
export async function moveInto(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await moveInto(from, to);
    else await rename(from, to);
  }
}

function filesOf(path: string, name: string): AsyncIterable<ArchiveFile> {
  if (name.endsWith(".zip")) return zipFiles(path);
  if (/\.(tar|tar\.gz|tgz)$/.test(name)) return tarFiles(path, { isGzip: name.endsWith("gz") });
  throw new DataFormatError(
    `Cannot unpack "${name}": expected an archive .zip, .tar, .tar.gz or .tgz, got another file`,
  );
}

async function* zipFiles(path: string): AsyncGenerator<ArchiveFile> {
  const handle = await open(path, "r");
  try {
    for (const { name, offset, length, isDeflated } of (
      await zipEntries(handle, path, { deflated: "tell" })
    ).values()) {
      if (name.endsWith("/")) continue;
      yield { name, bytes: () => zipBytes(path, { offset, length, isDeflated }) };
    }
  } finally {
    await handle.close();
  }
}

async function* zipBytes(
  path: string,
  entry: { readonly offset: number; readonly length: number; readonly isDeflated: boolean },
): AsyncGenerator<Uint8Array> {
  if (entry.length === 0) return;
  const stored = createReadStream(path, { start: entry.offset, end: entry.offset + entry.length - 1 });
  const bytes: AsyncIterable<Uint8Array> = entry.isDeflated ? stored.pipe(createInflateRaw()) : stored;
  yield* bytes;
}

/** Where an entry goes, as its name says; null for one that is stripped away. */
function targetOf(entry: string, { name, strip }: { readonly name: string; readonly strip: number }): string | null {
  const parts = entry.split("/").filter((part) => part !== "" && part !== ".");
  if (entry.startsWith("/") || entry.includes("\\") || parts.includes("..")) {
    throw new DataFormatError(
      `Cannot unpack "${name}": expected entries inside a folder, got ${JSON.stringify(entry)}`,
    );
  }
  const kept = parts.slice(strip);
  return kept.length === 0 ? null : kept.join("/");
}

async function writeBytes(path: string, file: ArchiveFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, "w");
  try {
    for await (const chunk of file.bytes()) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}
