/** Registers files of a dataset that the user already has: they are linked, not copied. */

import { existsSync, readdirSync } from "node:fs";
import { lstat, mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { currentTask } from "../base/task.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { dataFolder, recordFile } from "./data-folder.ts";
import { fileSha256 } from "./file-hash.ts";
import { withLock } from "./folder-lock.ts";
import { type Manifest, type ManifestFile } from "./manifest.ts";

/** Options of `addDataset`. */
export interface AddOptions {
  /** Holds one sub-folder a dataset. Default: as `dataFolder` says. */
  readonly folder?: string;
  /** Takes files whose SHA-256 is not the manifest's too; tables then call them other files. */
  readonly acceptsOthers?: boolean;
  readonly signal?: AbortSignal;
}

/** What became of one file of the manifest. */
export interface AddedFile {
  readonly path: string;
  readonly state: "added" | "not there";
  /** The user's own file or, for an archive, folder; null where it is not there. */
  readonly from: string | null;
  readonly isVerified: boolean;
}

/**
 * Links the files of a manifest that stand at `path`: a folder in which they lie as the manifest names them (or all in one
 * place, by name), or one of the files.
 *
 * @throws RangeError where none is there, or one has another SHA-256 than the manifest's; nothing is linked then.
 */
export async function addDataset(
  manifest: Manifest,
  path: string,
  options: AddOptions = {},
): Promise<readonly AddedFile[]> {
  const { signal = currentTask().signal, acceptsOthers = false } = options;
  const folder = join(options.folder ?? dataFolder(), manifest.name);
  const places = await Promise.all(manifest.files.map((file) => placeOf(file, resolve(path))));
  if (places.every((place) => place === null)) {
    const wanted = manifest.files.map((file) => file.unpack?.into ?? file.path).slice(0, 5);
    throw new RangeError(
      `Cannot add "${path}" to "${manifest.name}": expected ${wanted.join(", ")}${manifest.files.length > 5 ? " and so on" : ""}, got none of them`,
    );
  }
  const found: Found[] = [];
  for (const [index, file] of manifest.files.entries()) {
    const from = places[index] ?? null;
    if (from !== null) found.push(await check(file, from, { acceptsOthers, signal }));
  }
  await withLock(folder, { signal, progress: currentTask().progress }, async () => {
    for (const one of found) await link(one, folder);
  });
  return manifest.files.map((file) => {
    const one = found.find((candidate) => candidate.file === file);
    return one === undefined
      ? { path: file.path, state: "not there", from: null, isVerified: false }
      : { path: file.path, state: "added", from: one.from, isVerified: one.isVerified };
  });
}

interface Found {
  readonly file: ManifestFile;
  readonly from: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly isVerified: boolean;
}

/** Where a manifest's file stands at the user's path; an archive stands for the folder that it unpacks to. */
async function placeOf(file: ManifestFile, path: string): Promise<string | null> {
  const isFolder = (await unlessMissing(stat(path)))?.isDirectory();
  if (isFolder === undefined) throw new RangeError(`Cannot add "${path}": expected a file or a folder, got nothing`);
  const wanted = file.unpack?.into ?? file.path;
  if (!isFolder) return file.unpack === null && basename(path) === basename(file.path) ? path : null;
  if (file.unpack === null) {
    return [join(path, wanted), join(path, basename(wanted))].find((place) => existsSync(place)) ?? null;
  }
  const folders = [
    join(path, wanted),
    join(path, basename(wanted)),
    ...(basename(path) === basename(wanted) ? [path] : []),
  ];
  return folders.find((place) => existsSync(place) && readdirSync(place).length > 0) ?? null;
}

async function check(
  file: ManifestFile,
  from: string,
  { acceptsOthers, signal }: { readonly acceptsOthers: boolean; readonly signal: AbortSignal },
): Promise<Found> {
  if (file.unpack !== null) return { file, from, sha256: "", bytes: 0, isVerified: false };
  const sha256 = await fileSha256(from, { signal });
  const isVerified = sha256 === file.sha256;
  if (!isVerified && file.sha256 !== null && !acceptsOthers) {
    throw new RangeError(
      `Cannot add "${from}" as "${file.path}": expected SHA-256 ${file.sha256}, got ${sha256} (--other takes it as another file)`,
    );
  }
  return { file, from, sha256, bytes: (await stat(from)).size, isVerified };
}

async function link({ file, from, sha256, bytes, isVerified }: Found, folder: string): Promise<void> {
  const target = join(folder, file.unpack?.into ?? file.path);
  if (resolve(target) !== from) {
    await mkdir(dirname(target), { recursive: true });
    const there = await unlessMissing(lstat(target));
    if (there !== null && !there.isSymbolicLink()) {
      throw new RangeError(
        `Cannot add "${from}" at "${target}": expected no file of our own there, got one; move it away`,
      );
    }
    const unfinished = `${target}.${process.pid}.partial`;
    await rm(unfinished, { force: true });
    await symlink(from, unfinished);
    await rename(unfinished, target);
  }
  await recordFile(folder, file.path, { sha256, bytes, from, isVerified });
}
