/** Writes a checkpoint folder that Hugging Face transformers opens: another one's, with some tensors changed. */

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../base/replace-file.ts";
import type { Tensor } from "../base/tensor.ts";
import { readCheckpointTensors } from "../data/checkpoint-files.ts";
import { lazyFloats, type LazyTensor } from "../data/lazy-tensor.ts";
import { writeSafetensors } from "../data/safetensors-writer.ts";
import { readConfig } from "./config-fields.ts";
import { parseKeepingFloats, stringifyKeepingFloats } from "./json-floats.ts";
import { isLlava } from "./llava-config.ts";
import { saveLlava } from "./save-llava.ts";
import { copyAlongside, otherFolder } from "./saved-folder.ts";

/** What is saved. */
export interface SavedCheckpoint {
  /** The folder that config.json, tokenizer and unchanged tensors come from. */
  readonly from: string;
  /** Tensors that differ, by name; those of a LLaVA by the names of the graph (see save-llava.ts). */
  readonly changed: ReadonlyMap<string, Tensor | LazyTensor>;
  /** Fields of config.json that differ. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The tower of a LLaVA that only names it: a folder or a name on the hub. */
  readonly visionTower?: string | undefined;
  /** The language model of a folder that holds the projector alone: a folder or a name on the hub. */
  readonly languageModel?: string | undefined;
}

/**
 * Writes model.safetensors in f32, config.json and the tokenizer's files; config.json comes last, so that a folder that
 * has it is whole. A LLaVA is written as transformers' LlavaForConditionalGeneration, whatever layout it came in. Tensors are
 * read and written one after another.
 *
 * @throws TypeError where a changed tensor is not one of the checkpoint's; RangeError where a folder would replace itself.
 */
export async function saveCheckpoint(
  path: string,
  { from, changed, config, visionTower, languageModel }: SavedCheckpoint,
): Promise<void> {
  const { folder, source } = otherFolder(path, from);
  if (isLlava(await readConfig(source))) {
    const options = {
      ...(visionTower !== undefined && { visionTower }),
      ...(languageModel !== undefined && { languageModel }),
    };
    await saveLlava(folder, { from: source, changed, options });
    return;
  }
  const stored = await readCheckpointTensors(source);
  const unknown = [...changed.keys()].find((name) => !stored.has(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot save tensor "${unknown}": expected a tensor of "${source}", got another name`);
  }
  const tensors = new Map([...stored.values()].map((one) => [one.name, changed.get(one.name) ?? lazyFloats(one)]));
  await mkdir(folder, { recursive: true });
  await writeSafetensors(join(folder, "model.safetensors"), tensors);
  await copyAlongside(source, folder);
  await replaceFile(join(folder, "config.json"), [await configAsF32(source, config)]);
}

/** config.json with the element type that was written, in the form of transformers 4 or 5, as it was. */
async function configAsF32(source: string, changes: SavedCheckpoint["config"]): Promise<string> {
  const file = join(source, "config.json");
  const config = parseKeepingFloats(await readFile(file, "utf8"), file);
  const field = "torch_dtype" in config ? "torch_dtype" : "dtype";
  return `${stringifyKeepingFloats({ ...config, ...changes, [field]: "float32" })}\n`;
}
