/** What all saved checkpoints have in common: a folder of their own, and the files that go along unchanged. */

import { copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { unlessMissing } from "../base/unless-missing.ts";

const tokenizerFiles = [
  "tokenizer.json",
  "tokenizer.model",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
];

/** Both paths, absolute. @throws RangeError where a folder would replace itself. */
export function otherFolder(path: string, from: string): { readonly folder: string; readonly source: string } {
  const [folder, source] = [resolve(path), resolve(from)];
  if (folder !== source) return { folder, source };
  throw new RangeError(`Cannot save to "${folder}": expected another folder than the one the weights are mapped from`);
}

/** Copies the tokenizer's files and others, those that there are. */
export async function copyAlongside(
  source: string,
  folder: string,
  others: readonly string[] = ["generation_config.json"],
): Promise<void> {
  for (const name of [...tokenizerFiles, ...others]) {
    await unlessMissing(copyFile(join(source, name), join(folder, name)));
  }
}
