/** Writes what LLaVA's first stage leaves behind: the projector, and the words where they were trained, without the rest. */

import { cp, mkdir, readFile } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";

import { replaceFile } from "../base/replace-file.ts";
import type { Tensor } from "../base/tensor.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { lazyFloats, type LazyTensor } from "../data/lazy-tensor.ts";
import { writeSafetensors } from "../data/safetensors-writer.ts";
import { readConfig } from "./config-fields.ts";
import { readLlavaConfig } from "./llava-config.ts";
import { placeOf } from "./llava-weights.ts";
import { embedding, projectorFile, readProjectorFile } from "./projector-checkpoint.ts";
import { copyAlongside, otherFolder } from "./saved-folder.ts";

/** What is saved. */
export interface SavedProjector {
  /** The folder that everything else comes from. */
  readonly from: string;
  /** Tensors that differ, by the names of the graph. */
  readonly changed: ReadonlyMap<string, Tensor | LazyTensor>;
}

/** Whether a tensor of the graph has a place in the first stage's file. */
export function isOfProjector(name: string): boolean {
  return name === embedding || placeOf(name).part === "projector";
}

/**
 * Writes mm_projector.safetensors in f32 under the names that mm_projector.bin has, a tower that lies in the folder, the
 * tokenizer's files where there are any, and config.json last. `open(path, { languageModel })` opens it.
 *
 * @throws RangeError where a folder would replace itself; ModelFormatError where there is no mm_projector.bin.
 */
export async function saveProjector(path: string, { from, changed }: SavedProjector): Promise<void> {
  const { folder, source } = otherFolder(path, from);
  const tensors = new Map<string, Tensor | LazyTensor>();
  for (const [name, stored] of await readProjectorFile(source)) {
    tensors.set(name, changed.get(placeOf(name).name) ?? lazyFloats(stored));
  }
  const words = changed.get(embedding);
  if (words !== undefined) tensors.set(embedding, words);
  await mkdir(folder, { recursive: true });
  await writeSafetensors(join(folder, `${projectorFile}.safetensors`), tensors);
  const { tower } = readLlavaConfig(await readConfig(source));
  const inside = "name" in tower ? tower.name : "";
  if (isInside(inside)) await unlessMissing(cp(join(source, inside), join(folder, inside), { recursive: true }));
  await copyAlongside(source, folder);
  await replaceFile(join(folder, "config.json"), [await readFile(join(source, "config.json"))]);
}

/** Whether a tower's name can be that of a folder in the checkpoint's own. */
function isInside(name: string): boolean {
  return name !== "" && !isAbsolute(name) && !normalize(name).startsWith("..");
}
