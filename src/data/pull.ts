/** Brings the files of a dataset: downloads what is missing, verifies it, unpacks archives, records what came. */

import { existsSync } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { DataFormatError } from "../base/errors.ts";
import { openProgress, type Progress } from "../base/progress.ts";
import { currentTask, type ProgressSink, throwIfStopped } from "../base/task.ts";
import { dataFolder, readRecord, recordFile } from "./data-folder.ts";
import { download, dropPartial, type DownloadOptions } from "./download.ts";
import { fileSha256 } from "./file-hash.ts";
import { withLock } from "./folder-lock.ts";
import { type Manifest, type ManifestFile, type Unpack } from "./manifest.ts";
import { moveInto, unpackArchive } from "./unpack.ts";

/** Options of `pullDataset`; the ambient task supplies signal and progress where they are left out. */
export interface PullOptions {
  /** Holds one sub-folder a dataset. Default: as `dataFolder` says. */
  readonly folder?: string;
  /** An address below which the files lie as the manifest names them: a mirror. Default: the manifest's addresses. */
  readonly from?: string;
  readonly signal?: AbortSignal;
  readonly progress?: ProgressSink;
  /** How often and when a broken download is tried again. */
  readonly retry?: Pick<DownloadOptions, "tries" | "delayMs">;
}

/** What became of one file. */
export interface PulledFile {
  readonly path: string;
  /** "by hand": the manifest has no address for it. */
  readonly state: "pulled" | "was here" | "by hand";
  /** Null where the file is not here. */
  readonly sha256: string | null;
  /** Whether the SHA-256 is the manifest's. */
  readonly isVerified: boolean;
}

/**
 * Downloads the files of a dataset that are not here. A file appears when it is whole and verified, or not at all; a pull
 * that was stopped goes on at its byte, and one that finds another at work on the dataset waits for it.
 *
 * @throws DataFormatError for bytes that are not the manifest's, which are thrown away; RangeError where a file of that
 * name is here that is not the manifest's; Error naming the address where it cannot be downloaded; CancelledError.
 */
export async function pullDataset(manifest: Manifest, options: PullOptions = {}): Promise<readonly PulledFile[]> {
  const { signal = currentTask().signal, progress = currentTask().progress, retry = {} } = options;
  const folder = join(options.folder ?? dataFolder(), manifest.name);
  const pulled: PulledFile[] = [];
  for (const file of manifest.files) {
    throwIfStopped(signal, `pulling ${manifest.name}`);
    const address = options.from === undefined ? file.address : mirrored(options.from, file.path);
    pulled.push(await pullFile(file, { folder, address, signal, progress, retry }));
  }
  return pulled;
}

interface Work {
  readonly folder: string;
  readonly address: string | null;
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
  readonly retry: Pick<DownloadOptions, "tries" | "delayMs">;
}

async function pullFile(file: ManifestFile, work: Work): Promise<PulledFile> {
  const found = await findFile(file, work);
  if (found !== null) return found;
  const { address } = work;
  if (address === null) return { path: file.path, state: "by hand", sha256: null, isVerified: false };
  return withLock(
    work.folder,
    work,
    async () => (await findFile(file, work)) ?? (await bringFile(file, address, work)),
  );
}

/** The file where it is here; null where it is not. @throws RangeError where another stands in its place. */
async function findFile(file: ManifestFile, { folder, signal }: Work): Promise<PulledFile | null> {
  const { path } = file;
  const known = (await readRecord(folder))[path];
  const expected = file.sha256 ?? known?.sha256 ?? null;
  const here = await whatIsHere(file, { folder, isRecorded: known !== undefined, signal });
  if (here === null) return null;
  if (here.sha256 === null || expected === null || here.sha256 === expected) {
    return { path, state: "was here", sha256: here.sha256 ?? expected, isVerified: file.sha256 !== null };
  }
  throw new RangeError(
    `Cannot pull "${path}" over the file at "${join(folder, path)}": expected SHA-256 ${expected}, got ${here.sha256}; move it away to pull`,
  );
}

async function bringFile(file: ManifestFile, address: string, work: Work): Promise<PulledFile> {
  const { folder, signal } = work;
  const { path } = file;
  const target = join(folder, path);
  const expected = file.sha256 ?? (await readRecord(folder))[path]?.sha256 ?? null;
  await mkdir(dirname(target), { recursive: true });
  const partial = await withProgress(`Downloading ${path}`, work.progress, signal, (onBytes) =>
    download(address, target, { signal, onBytes, isChecked: expected !== null, ...work.retry }),
  );
  const { size } = await stat(partial);
  const sha256 = await fileSha256(partial, { signal });
  if (expected !== null && sha256 !== expected) {
    await dropPartial(target);
    throw new DataFormatError(
      `Cannot take "${path}" from "${address}": expected SHA-256 ${expected}, got ${sha256} (${size} bytes, thrown away)`,
    );
  }
  if (file.unpack === null) await rename(partial, target);
  else await unpackInto(partial, { path, unpack: file.unpack }, work);
  await dropPartial(target);
  const isVerified = file.sha256 !== null;
  await recordFile(folder, path, { sha256, bytes: size, from: address, isVerified });
  return { path, state: "pulled", sha256, isVerified };
}

/** What stands where the file would: null for nothing, and its SHA-256 (null for what an archive was unpacked to). */
async function whatIsHere(
  { path, unpack }: ManifestFile,
  {
    folder,
    isRecorded,
    signal,
  }: { readonly folder: string; readonly isRecorded: boolean; readonly signal: AbortSignal },
): Promise<{ readonly sha256: string | null } | null> {
  if (unpack !== null) return isRecorded && existsSync(join(folder, unpack.into)) ? { sha256: null } : null;
  const target = join(folder, path);
  return existsSync(target) ? { sha256: await fileSha256(target, { signal }) } : null;
}

/** Unpacks beside the folder first, so that a name below it never stands for half a file. */
async function unpackInto(
  archive: string,
  { path, unpack }: { readonly path: string; readonly unpack: Unpack },
  { folder, signal, progress }: Work,
): Promise<void> {
  const unfinished = join(folder, `${basename(path)}.unpacking`);
  await rm(unfinished, { recursive: true, force: true });
  const bar = openProgress(`Unpacking ${path}`, { total: null, unit: "files", sink: progress });
  try {
    await mkdir(unfinished, { recursive: true });
    const onFile = (): void => {
      bar.advance();
    };
    await unpackArchive(archive, { name: path, folder: unfinished, strip: unpack.strip, signal, onFile });
    await moveInto(unfinished, join(folder, unpack.into));
    bar.close();
  } finally {
    bar.close(signal.aborted ? "stopped" : "failed");
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** A bar of bytes, opened when the server says how many there are. */
async function withProgress<T>(
  label: string,
  sink: ProgressSink,
  signal: AbortSignal,
  work: (onBytes: DownloadOptions["onBytes"]) => Promise<T>,
): Promise<T> {
  let bar: Progress | undefined;
  let shown = 0;
  const onBytes = (bytes: number, total: number | null): void => {
    bar ??= openProgress(label, { total, unit: "bytes", sink });
    bar.advance(bytes - shown);
    shown = bytes;
  };
  try {
    const done = await work(onBytes);
    bar?.close();
    return done;
  } finally {
    bar?.close(signal.aborted ? "stopped" : "failed");
  }
}

function mirrored(from: string, path: string): string {
  const below = path.split("/").map(encodeURIComponent).join("/");
  return `${from.replace(/\/+$/, "")}/${below}`;
}
