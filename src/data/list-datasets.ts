/** What is here of each dataset, and what is missing. */

import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { readRecord, type DatasetRecord } from "./data-folder.ts";
import { locateDataset, type LocateOptions } from "./dataset.ts";
import { fileSha256 } from "./file-hash.ts";
import { datasetNames, datasetsFolder, type Manifest, type ManifestFile, readManifest } from "./manifest.ts";

/**
 * "verified": its bytes are the manifest's. "unverified": nobody here knew its SHA-256 before. "other": other bytes.
 * "unchecked": too large to hash for a list, or not brought by us. "missing": not here.
 */
export type FileState = "verified" | "unverified" | "other" | "unchecked" | "missing";

/** One dataset of the list. */
export interface DatasetStatus {
  readonly manifest: Manifest;
  /** Where readers find it. */
  readonly folder: string;
  /** Only our own small sample is here. */
  readonly isSample: boolean;
  readonly files: readonly { readonly file: ManifestFile; readonly state: FileState }[];
}

/** Files that a list hashes where no record knows them. */
const largestHashed = 64 * 2 ** 20;

/** The state of every dataset, or of one. */
export async function listDatasets(
  options: LocateOptions & { readonly name?: string; readonly datasets?: string } = {},
): Promise<readonly DatasetStatus[]> {
  const { name, datasets = datasetsFolder, ...where } = options;
  const manifests = await Promise.all(
    (name === undefined ? datasetNames(datasets) : [name]).map((one) => readManifest(one, datasets)),
  );
  return Promise.all(manifests.map((manifest) => statusOf(manifest, where)));
}

async function statusOf(manifest: Manifest, where: LocateOptions): Promise<DatasetStatus> {
  const { folder, isSample } = locateDataset(manifest.name, where);
  const record = isSample ? {} : await readRecord(folder);
  const files: { file: ManifestFile; state: FileState }[] = [];
  for (const file of manifest.files) {
    const state = await stateOf(file, folder, record);
    files.push({ file, state: isSample && state !== "verified" ? "missing" : state });
  }
  return { manifest, folder, isSample, files };
}

async function stateOf(file: ManifestFile, folder: string, record: DatasetRecord): Promise<FileState> {
  const path = join(folder, file.unpack?.into ?? file.path);
  if (!existsSync(path)) return "missing";
  const known = record[file.path];
  if (file.unpack !== null && known === undefined) return "unchecked"; // what an archive held is not known here
  if (file.unpack !== null) return known?.isVerified === true ? "verified" : "unverified";
  const { size } = await stat(path);
  if (known?.bytes === size) return known.isVerified ? "verified" : file.sha256 === null ? "unverified" : "other";
  if (size > largestHashed) return "unchecked";
  if (file.sha256 === null) return "unverified";
  return (await fileSha256(path)) === file.sha256 ? "verified" : "other";
}
