/**
 * Where pulled datasets are kept, and what is known of their files.
 *
 * The folder is the one that `SIGHTLAB_DATA` names; where that is not set, `.sightlab/data` of a checkout of this package,
 * else `sightlab/data` in the user's cache folder (`XDG_CACHE_HOME`, by default `~/.cache`). It has one sub-folder a
 * dataset, laid out as the dataset's manifest says, with a record `.sightlab.json` of what was pulled or added.
 */

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { DataFormatError } from "../base/errors.ts";
import { packageFolder } from "../base/package-folder.ts";
import { replaceFile } from "../base/replace-file.ts";
import { unlessMissing } from "../base/unless-missing.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder that `sightlab data pull` writes to and every reader looks in. */
export function dataFolder(environment: Environment = process.env): string {
  const configured = environment.SIGHTLAB_DATA ?? "";
  if (configured !== "") return configured;
  if (existsSync(join(packageFolder, ".git"))) return join(packageFolder, ".sightlab", "data");
  const cache = environment.XDG_CACHE_HOME ?? "";
  return join(cache === "" ? join(homedir(), ".cache") : cache, "sightlab", "data");
}

/** What is known of one file that was pulled or added. */
export interface FileRecord {
  readonly sha256: string;
  readonly bytes: number;
  /** Where it came from: an address, or the path of the user's own file. */
  readonly from: string;
  /** Whether its SHA-256 was the manifest's; false where the manifest has none. */
  readonly isVerified: boolean;
}

/** Records by the path that the manifest gives a file. */
export type DatasetRecord = Readonly<Record<string, FileRecord>>;

/** The name of the record of a dataset's folder. */
export const recordName = ".sightlab.json";

/** The record of a dataset's folder; empty where there is none. @throws DataFormatError where it is not ours. */
export async function readRecord(folder: string): Promise<DatasetRecord> {
  const path = join(folder, recordName);
  const text = await unlessMissing(readFile(path, "utf8"));
  if (text === null) return {};
  try {
    const found = JSON.parse(text) as { readonly formatVersion?: unknown; readonly files?: DatasetRecord };
    if (found.formatVersion === 1 && found.files !== undefined) return found.files;
  } catch {
    // told below
  }
  throw new DataFormatError(`Cannot read the record at "${path}": expected one of format 1, got ${text.slice(0, 40)}`);
}

/** Adds one file to the record of a dataset's folder, which is made where it is not there. */
export async function recordFile(folder: string, path: string, record: FileRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = { ...(await readRecord(folder)), [path]: record };
  await replaceFile(join(folder, recordName), [`${JSON.stringify({ formatVersion: 1, files }, null, 2)}\n`]);
}
