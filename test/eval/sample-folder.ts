/** A data folder, laid out like shared/data, that holds copies of our own samples. */

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sampleLocation } from "./real-data.ts";

/** Makes the folder before the tests of the enclosing `describe` and removes it after them. */
export function sampleFolder(names: readonly string[] = ["ethics", "truthfulqa", "gsm8k", "mmlu"]): {
  readonly folder: string;
} {
  const made = { folder: "" };
  before(async () => {
    made.folder = await mkdtemp(join(tmpdir(), "sightlab-samples-"));
    for (const name of names) {
      await cp(sampleLocation(name).folder, join(made.folder, name), { recursive: true });
    }
  });
  after(() => rm(made.folder, { recursive: true }));
  return made;
}
