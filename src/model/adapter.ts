/**
 * Adapter folders as PEFT writes them: adapter_config.json with adapter_model.safetensors or adapter_model.bin; and
 * non_lora_trainables.bin, in which LLaVA's training keeps whole tensors that it trained besides (protocol.md section 2).
 */

import { join, resolve } from "node:path";

import { ModelFormatError } from "../base/errors.ts";
import { formatShape } from "../base/shape.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { readTorchTensors } from "../data/checkpoint-files.ts";
import { readSafetensors, type StoredTensor } from "../data/safetensors.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { placeOf } from "./llava-weights.ts";
import { isAdapted, type Lora, loraNames, type LoraSettings } from "./lora.ts";
import { readLoraConfig } from "./lora-config.ts";

/** Where an adapter is and how much of it is used. */
export interface AdapterChoice {
  readonly path: string;
  /**
   * True adds the whole tensors of non_lora_trainables.bin (resized embeddings, output matrix, projector). Default false, as
   * PEFT and the paper's language evaluation do.
   */
  readonly nonLoraTrainables?: boolean;
}

/** An adapter's tensors by the names that a graph asks for, whatever the base's class calls them. */
export interface Adapter {
  readonly settings: LoraSettings;
  /** A and B of every adapted module, and tensors that take the place of the base's. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * Reads an adapter folder, given alone or with how much of it is used; no weight is read.
 *
 * @throws ModelFormatError naming the file, and the field or tensor that is missing or wrong.
 */
export async function readAdapter(choice: string | AdapterChoice): Promise<Adapter> {
  const { path, nonLoraTrainables = false } = typeof choice === "string" ? { path: choice } : choice;
  const folder = resolve(path);
  const settings = await readLoraConfig(folder);
  const named = [...(await adapterTensors(folder)).values()].map((stored) => ({ ...stored, name: nameOf(stored) }));
  checkPairs(new Map(named.map((stored) => [stored.name, stored])), { settings, folder });
  const all = nonLoraTrainables ? [...named, ...(await nonLoraTensors(folder))] : named;
  const renamed = all.map((stored) => ({ ...stored, name: placeOf(stored.name).name }));
  return {
    settings: { ...settings, targets: ownTargets(settings, named) },
    tensors: new Map(renamed.map((stored) => [stored.name, stored])),
  };
}

/** The adapted modules in the graph's words, where the base's class has others: target_modules then name those. */
function ownTargets({ targets }: LoraSettings, named: readonly StoredTensor[]): LoraSettings["targets"] {
  if (named.every(({ name }) => placeOf(name).name === name)) return targets;
  return named.flatMap(({ name }) => /^(.*)\.lora_A\.weight$/u.exec(placeOf(name).name)?.[1] ?? []);
}

async function adapterTensors(folder: string): Promise<Tensors> {
  const found =
    (await unlessMissing(readSafetensors(join(folder, "adapter_model.safetensors")))) ??
    (await unlessMissing(readTorchTensors(join(folder, "adapter_model.bin"))));
  if (found !== null) return found;
  throw new ModelFormatError(
    `Cannot open adapter at "${folder}": expected adapter_model.safetensors or adapter_model.bin, got none`,
  );
}

async function nonLoraTensors(folder: string): Promise<readonly StoredTensor[]> {
  const file = join(folder, "non_lora_trainables.bin");
  const found = await unlessMissing(readTorchTensors(file));
  if (found === null) {
    throw new ModelFormatError(`Cannot open adapter at "${folder}": expected non_lora_trainables.bin, got none`);
  }
  return [...found.values()].map((stored) => ({
    ...stored,
    name: stored.name.replace(/^(?:base_model\.model\.)?/u, ""),
  }));
}

const prefix = "base_model.model.";

/** PEFT's name without its prefix, and without the adapter's own name, which PEFT leaves out of files. */
function nameOf({ name, file }: StoredTensor): string {
  if (!name.startsWith(prefix)) throw unexpected(name, file, `a name that starts with "${prefix}"`);
  const rest = name.slice(prefix.length);
  if (/lora_(?:embedding_|magnitude)/u.test(rest)) throw unexpected(name, file, "adapters of matrices");
  return rest;
}

/** Every A has its B, of the rank that the settings say, in a module that they name. */
function checkPairs(
  tensors: Tensors,
  { settings, folder }: { readonly settings: LoraSettings; readonly folder: string },
): void {
  let count = 0;
  for (const { name, file, shape } of tensors.values()) {
    const found = /^(.*)\.lora_([AB])\.weight$/u.exec(name);
    if (found === null) continue;
    const [, module = "", side] = found;
    if (placeOf(name).part !== "language") throw unexpected(name, file, "adapters of the language model");
    if (!isAdapted(settings, module)) throw unexpected(name, file, "a module that target_modules names");
    const rank = side === "A" ? shape[0] : shape[1];
    if (shape.length !== 2 || rank !== settings.rank) {
      throw unexpected(name, file, `a matrix of rank ${settings.rank}`, formatShape(shape));
    }
    const other = `${module}.lora_${side === "A" ? "B" : "A"}.weight`;
    if (!tensors.has(other)) throw unexpected(name, file, `"${other}" beside it`);
    count += 1;
  }
  if (count === 0) {
    throw new ModelFormatError(`Cannot open adapter at "${folder}": expected lora_A and lora_B, got none`);
  }
}

function unexpected(name: string, file: string, expected: string, found = "another"): ModelFormatError {
  return new ModelFormatError(`Cannot read tensor "${name}" at "${file}": expected ${expected}, got ${found}`);
}

/** A checkpoint's directory: what config.json says, and where each tensor lies. */
export interface Base {
  readonly config: LlamaConfig;
  readonly tensors: Tensors;
}

/** A checkpoint's directory with an adapter laid over it. */
export interface Adapted extends Base {
  /** What the decoder's graph is built with. */
  readonly lora: Lora;
}

/** The base with the adapter at `adapter` laid over it, as `readAdapter` and `applyAdapter`; unchanged where there is none. */
export async function withAdapter(
  base: Base,
  adapter: string | AdapterChoice | undefined,
): Promise<Base & { readonly lora?: Lora }> {
  if (adapter === undefined) return base;
  return applyAdapter(base, await readAdapter(adapter));
}

/**
 * Lays an adapter over a base: whole tensors take the place of the base's, and a resized embedding says the vocabulary's
 * size. Tensors of a projector are left out: the base is a language model.
 *
 * @throws ModelFormatError naming a target module that the base has not, or that the adapter lacks.
 */
export function applyAdapter(base: Base, { settings, tensors }: Adapter): Adapted {
  const added = [...tensors].filter(([name]) => placeOf(name).part !== "projector");
  const embedding = tensors.get("model.embed_tokens.weight");
  const vocabularySize = embedding?.shape[0] ?? base.config.vocabularySize;
  const all = new Map([...base.tensors, ...added]);
  const adapts = (module: string): boolean => tensors.has(loraNames(module).a);
  for (const [name, { shape }] of base.tensors) {
    const module = name.replace(/\.weight$/u, "");
    if (shape.length !== 2 || !isAdapted(settings, module) || adapts(module)) continue;
    throw new ModelFormatError(
      `Cannot use the adapter: expected "${loraNames(module).a}", as target_modules says, got none`,
    );
  }
  return { config: { ...base.config, vocabularySize }, tensors: all, lora: { settings, adapts } };
}
