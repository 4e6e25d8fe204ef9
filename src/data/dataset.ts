/**
 * Where the files of a dataset are, and what they are: the published files, our own sample, or something else.
 *
 * A folder that the caller names decides alone. Else `SIGHTLAB_DATA`; where that is not set, what was pulled or added (see
 * `data-folder.ts`), then `shared/data` beside the package. A dataset that is not there comes from the package's own sample.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";

import { packageFolder } from "../base/package-folder.ts";
import { dataFolder, readRecord, recordName } from "./data-folder.ts";
import { fileSha256 } from "./file-hash.ts";
import { datasetsFolder, readManifest } from "./manifest.ts";

/**
 * "real": the published file, by its SHA-256; "unverified": pulled from the published address, but nobody here had ever
 * held it; "sample": our own small sample; "other": any other file.
 */
export type Provenance = "real" | "unverified" | "sample" | "other";

/** The folder of one dataset. */
export interface DatasetLocation {
  readonly name: string;
  readonly folder: string;
  readonly isSample: boolean;
}

/** Where to look for datasets. */
export interface LocateOptions {
  /** Laid out like `shared/data`: one sub-folder a dataset. It decides alone. */
  readonly folder?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One file of a dataset that has been found. */
export interface DatasetFile {
  readonly path: string;
  readonly provenance: Provenance;
  readonly sha256: string;
}

/**
 * The folder that holds dataset `name`.
 *
 * @throws RangeError where a folder that was named does not hold the dataset.
 */
export function locateDataset(name: string, options: LocateOptions = {}): DatasetLocation {
  const { folder, environment = process.env } = options;
  if (folder !== undefined) return { name, folder: inside(folder, name, "the data folder"), isSample: false };
  const configured = environment.SIGHTLAB_DATA ?? "";
  if (configured !== "" && !existsSync(configured)) inside(configured, name, "SIGHTLAB_DATA");
  const pulled = join(dataFolder(environment), name);
  const beside = join(packageFolder, "..", "shared", "data", name);
  const places = configured === "" ? [...(existsSync(join(pulled, recordName)) ? [pulled] : []), beside] : [pulled];
  const real = places.find((place) => existsSync(place));
  if (real !== undefined) return { name, folder: real, isSample: false };
  return sampleLocation(name);
}

/**
 * The package's own sample of dataset `name`.
 *
 * @throws RangeError where it has none.
 */
export function sampleLocation(name: string): DatasetLocation {
  return { name, folder: inside(join(datasetsFolder, name), "sample", "the package"), isSample: true };
}

/**
 * A file of a dataset, told apart by its SHA-256 from what the manifest names.
 *
 * @throws RangeError where the file is not there.
 */
export async function datasetFile(location: DatasetLocation, file: string): Promise<DatasetFile> {
  const path = join(location.folder, file);
  if (!existsSync(path)) {
    throw new RangeError(
      `Cannot find "${file}" of dataset "${location.name}" at "${location.folder}": expected a file, got nothing (sightlab data pull ${location.name} brings it)`,
    );
  }
  const sha256 = await fileSha256(path);
  if (location.isSample) return { path, sha256, provenance: "sample" };
  const known = (await readManifest(location.name)).files.find((entry) => entry.path === file);
  if (known?.sha256 === sha256) return { path, sha256, provenance: "real" };
  const record = known?.sha256 === null ? (await readRecord(location.folder))[file] : undefined;
  const isPulled = record?.sha256 === sha256 && record.from === known?.address;
  return { path, sha256, provenance: isPulled ? "unverified" : "other" };
}

function inside(folder: string, name: string, what: string): string {
  const path = join(folder, name);
  if (!existsSync(path)) {
    throw new RangeError(`Cannot find dataset "${name}" in ${what}: expected a folder at "${path}", got nothing`);
  }
  return path;
}
