/**
 * The cache that Hugging Face's programs share: `models--org--name/` with `blobs` by hash, `snapshots/<commit>` of links to
 * them, and `refs/<revision>` that name commits.
 *
 * Source: huggingface_hub@1.2 file_download.py and its guide "Understand caching".
 */

import { copyFile, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

import { replaceFile } from "../base/replace-file.ts";
import { unlessMissing } from "../base/unless-missing.ts";

/** The entry of a model. */
export function cacheEntry(cache: string, id: string): string {
  return join(cache, `models--${id.replace("/", "--")}`);
}

/** True where a folder is such an entry. */
export async function isCacheEntry(folder: string): Promise<boolean> {
  return (await isThere(join(folder, "snapshots"))) && (await isThere(join(folder, "refs")));
}

/** The snapshot of a revision: a branch, a tag or a commit; null where the cache has none. */
export async function cachedSnapshot(entry: string, revision: string): Promise<string | null> {
  const named = await unlessMissing(readFile(join(entry, "refs", revision), "utf8").catch(notAFile));
  const commit = named?.trim() ?? revision;
  if (!isCommit(commit)) return null;
  const snapshot = join(entry, "snapshots", commit);
  return (await isThere(snapshot)) ? snapshot : null;
}

/** A branch may have the name of a folder of branches. */
function notAFile(error: unknown): never | null {
  if (error instanceof Error && "code" in error && error.code === "EISDIR") return null;
  throw error;
}

/** True for the full name of a commit. */
export function isCommit(name: string): boolean {
  return /^[0-9a-f]{40}$/.test(name);
}

/** Links a file of a snapshot to a blob of the same entry; copies it where the system has no links. */
export async function linkBlob(
  entry: string,
  { blob, commit, file }: { readonly blob: string; readonly commit: string; readonly file: string },
): Promise<void> {
  const link = join(entry, "snapshots", commit, file);
  if (await isThere(link)) return;
  await mkdir(dirname(link), { recursive: true });
  try {
    await symlink(join("..", "..", "blobs", blob), link);
  } catch {
    await copyFile(join(entry, "blobs", blob), link);
  }
}

/** Remembers which commit a revision is. */
export async function writeRef(entry: string, revision: string, commit: string): Promise<void> {
  if (isCommit(revision)) return;
  const file = join(entry, "refs", revision);
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, [commit]);
}

async function isThere(path: string): Promise<boolean> {
  return (await unlessMissing(stat(path))) !== null;
}
