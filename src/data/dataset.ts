/**
 * Where the files of a dataset are, and what they are: the published files, our own sample, or something else.
 *
 * A folder that the caller names decides alone. Else `SIGHTLAB_DATA`, or `shared/data` beside the package where that is
 * not set; a dataset that is not there comes from the package's own sample.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { datasetsFolder, readManifest } from "./manifest.ts";

/** "real": the published file, by its SHA-256; "sample": our own small sample; "other": any other file. */
export type Provenance = "real" | "sample" | "other";

/** The folder of one dataset. */
export interface DatasetLocation {
  readonly name: string;
  readonly folder: string;
  readonly isSample: boolean;
}

/** One file of a dataset that has been found. */
export interface DatasetFile {
  readonly path: string;
  readonly provenance: Provenance;
  readonly sha256: string;
}

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The folder that holds dataset `name`. `folder` is laid out like `shared/data`: one sub-folder a dataset.
 *
 * @throws RangeError where a folder that was named does not hold the dataset.
 */
export function locateDataset(
  name: string,
  options: {
    readonly folder?: string | undefined;
    readonly environment?: Readonly<Record<string, string | undefined>>;
  } = {},
): DatasetLocation {
  const { folder, environment = process.env } = options;
  if (folder !== undefined) return { name, folder: inside(folder, name, "the data folder"), isSample: false };
  const configured = environment.SIGHTLAB_DATA ?? "";
  if (configured !== "" && !existsSync(configured)) inside(configured, name, "SIGHTLAB_DATA");
  const real = join(configured === "" ? join(packageFolder, "..", "shared", "data") : configured, name);
  if (existsSync(real)) return { name, folder: real, isSample: false };
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
      `Cannot find "${file}" of dataset "${location.name}" at "${location.folder}": expected a file, got nothing`,
    );
  }
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (location.isSample) return { path, sha256, provenance: "sample" };
  const known = (await readManifest(location.name)).files.find((entry) => entry.path === file);
  return { path, sha256, provenance: known?.sha256 === sha256 ? "real" : "other" };
}

function inside(folder: string, name: string, what: string): string {
  const path = join(folder, name);
  if (!existsSync(path)) {
    throw new RangeError(`Cannot find dataset "${name}" in ${what}: expected a folder at "${path}", got nothing`);
  }
  return path;
}
