/** Adapters that training starts from, and writes: new ones, and those of a PEFT folder. */

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import { seededRandom } from "../base/random.ts";
import { replaceFile } from "../base/replace-file.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import type { LazyTensor } from "../data/lazy-tensor.ts";
import { writeSafetensors } from "../data/safetensors-writer.ts";
import { type AdapterChoice, applyAdapter, type Base, readAdapter } from "../model/adapter.ts";
import { isAdapted, type Lora, loraDefaults, loraNames, type LoraSettings } from "../model/lora.ts";
import { readConfig } from "../model/config-fields.ts";
import { isTransformersLlava } from "../model/llava-config.ts";
import { transformersName } from "../model/llava-weights.ts";
import { adapterConfigName, loraConfigJson } from "../model/lora-config.ts";

/** A new adapter's settings (default: the paper's) with the seed of its first weights. */
export interface NewAdapter extends Partial<LoraSettings> {
  /** Default 0. */
  readonly seed?: number;
}

/** What training starts from. */
export interface StartingPoint extends Base {
  readonly adapter?: { readonly settings: LoraSettings; readonly lora: Lora };
  /** The base's own tensors. */
  readonly original: Base["tensors"];
  /** First values of tensors that no file has. */
  readonly fresh: ReadonlyMap<string, Tensor>;
}

/**
 * Lays an adapter over a base: an existing one, or a new one whose A is uniform in +-1/sqrt(inputs) and whose B is zero, as
 * PEFT starts them.
 *
 * @throws ModelFormatError as `readAdapter`; RangeError where a setting is out of range, TypeError where no matrix is adapted.
 */
export async function startingPoint(
  base: Base,
  choice: NewAdapter | AdapterChoice | undefined,
): Promise<StartingPoint> {
  const original = base.tensors;
  if (choice === undefined) return { ...base, original, fresh: new Map() };
  if ("path" in choice) {
    const adapter = await readAdapter(choice);
    const { config, tensors, lora } = applyAdapter(base, adapter);
    return { config, tensors, original, adapter: { settings: adapter.settings, lora }, fresh: new Map() };
  }
  const { seed = 0, ...chosen } = choice;
  const settings = { ...loraDefaults, ...chosen };
  checkSettings(settings);
  const fresh = newMatrices(base, settings, seed);
  if (fresh.size === 0) throw new TypeError("Cannot make an adapter: expected targets that name a matrix, got none");
  const adapts = (module: string): boolean => fresh.has(loraNames(module).a);
  return { ...base, original, adapter: { settings, lora: { settings, adapts } }, fresh };
}

function checkSettings({ rank, alpha, dropout }: LoraSettings): void {
  const fail = (name: string, expected: string, found: number): never => {
    throw new RangeError(`Cannot make an adapter: expected ${name} ${expected}, got ${found}`);
  };
  if (!Number.isInteger(rank) || rank < 1) fail("a rank", ">= 1", rank);
  if (!(alpha > 0)) fail("an alpha", "> 0", alpha);
  if (!(dropout >= 0 && dropout < 1)) fail("a dropout", "in [0, 1)", dropout);
}

function newMatrices({ tensors }: Base, settings: LoraSettings, seed: number): ReadonlyMap<string, Tensor> {
  const { uniform } = seededRandom(seed);
  const fresh = new Map<string, Tensor>();
  for (const [name, { shape }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const module = name.replace(/\.weight$/u, "");
    const [outputs, inputs] = shape;
    if (module === name || outputs === undefined || inputs === undefined || !isAdapted(settings, module)) continue;
    const { rank } = settings;
    const bound = 1 / Math.sqrt(inputs);
    const a = Float32Array.from({ length: rank * inputs }, () => (2 * uniform() - 1) * bound);
    fresh.set(loraNames(module).a, tensor("f32", [rank, inputs], a));
    fresh.set(loraNames(module).b, tensor("f32", [outputs, rank], new Float32Array(outputs * rank)));
  }
  return fresh;
}

/** An adapter to be written. */
export interface SavedAdapter {
  readonly settings: LoraSettings;
  /** The checkpoint that it was trained on; PEFT looks there. */
  readonly base: string;
  /** A and B of every adapted module, and whole tensors that take the place of the base's, by their names in the base. */
  readonly tensors: ReadonlyMap<string, Tensor | LazyTensor>;
}

/**
 * Writes adapter_model.safetensors and adapter_config.json, which PEFT opens over the base; the second comes last. Whole
 * tensors are written as PEFT writes `modules_to_save`. Over a LLaVA in transformers' form the names are those of its class.
 */
export async function saveAdapter(path: string, { settings, base, tensors }: SavedAdapter): Promise<void> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  const isForeign = isTransformersLlava(await readConfig(resolve(base)));
  const nameOf = isForeign ? transformersName : (name: string): string => name;
  const renamed = [...tensors].map(([name, value]) => [`base_model.model.${nameOf(name)}`, value] as const);
  await writeSafetensors(join(folder, "adapter_model.safetensors"), new Map(renamed));
  const savedModules = [...tensors.keys()].flatMap(
    (name) => /([^.]+)\.weight$/u.exec(name.replace(/^.*\.lora_[AB]\.weight$/u, ""))?.[1] ?? [],
  );
  const modules = [...tensors.keys()].flatMap((name) => /^(.*)\.lora_A\.weight$/u.exec(nameOf(name))?.[1] ?? []);
  // By their ends alone, PEFT would adapt the tower's modules as well.
  const written = isForeign ? { ...settings, targets: modules } : settings;
  const json = loraConfigJson(written, { base: resolve(base), savedModules: [...new Set(savedModules)] });
  await replaceFile(join(folder, adapterConfigName), [`${JSON.stringify(json, null, 2)}\n`]);
}
