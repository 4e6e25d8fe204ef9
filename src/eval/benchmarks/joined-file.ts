/** One name for the many files of a dataset. */

import { createHash } from "node:crypto";

import { type DatasetFile } from "../../data/dataset.ts";

/** Real only where all files are; the hash is that of their hashes. */
export function joinedFile(files: readonly DatasetFile[]): DatasetFile {
  const [first] = files;
  if (first !== undefined && files.length === 1) return first;
  const kinds = new Set(files.map((file) => file.provenance));
  const [kind = "other"] = kinds;
  const sha256 = createHash("sha256")
    .update(files.map((file) => file.sha256).join("\n"))
    .digest("hex");
  return { path: first?.path ?? "", sha256, provenance: kinds.size === 1 ? kind : "other" };
}
