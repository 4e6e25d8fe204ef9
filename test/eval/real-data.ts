/** Where tests find data: the package's own samples, and the real files where they are. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type DatasetLocation } from "../../src/data/dataset.ts";
import { datasetsFolder } from "../../src/data/manifest.ts";
import { skip } from "../skip.ts";

/** Our own sample of a dataset. */
export function sampleLocation(name: string): DatasetLocation {
  return { name, folder: join(datasetsFolder, name, "sample"), isSample: true };
}

/** Where the real files would be. */
export const sharedDataFolder: string =
  process.env.SIGHTLAB_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Skips the test that calls it where the real files are absent, saying so; in CI their absence is a failure. */
export function needRealFiles(context: Mocha.Context, name: string): string {
  if (!existsSync(join(sharedDataFolder, name))) {
    const reason = `no real files of "${name}" at "${sharedDataFolder}"; set SIGHTLAB_DATA`;
    if (process.env.CI !== undefined) throw new Error(`Cannot check the real files: ${reason}`);
    skip(context, reason);
  }
  return sharedDataFolder;
}
