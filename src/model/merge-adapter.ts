/** Adapters melted into a checkpoint's weights, and taken out again: W + alpha/r B A and back. */

import { resolve } from "node:path";

import { openProgress } from "../base/progress.ts";
import type { Tensor } from "../base/tensor.ts";
import { readCheckpointTensors } from "../data/checkpoint-files.ts";
import { lazyFloats, type LazyTensor } from "../data/lazy-tensor.ts";
import { readFloats, type StoredTensor } from "../data/safetensors.ts";
import { graphBuilder } from "../graph/builder.ts";
import { emit } from "../graph/emit.ts";
import { createSession, type Session } from "../runtime/session.ts";
import { type Adapter, type AdapterChoice, applyAdapter, type Base, readAdapter } from "./adapter.ts";
import { readConfig } from "./config-fields.ts";
import { readLlamaConfig } from "./llama-config.ts";
import { isLlava, readLlavaConfig } from "./llava-config.ts";
import { llavaTensors } from "./llava-weights.ts";
import { loraNames } from "./lora.ts";
import { saveCheckpoint } from "./save-checkpoint.ts";

/** A checkpoint, an adapter for it, and the folder that is written. */
export interface MergeOptions {
  readonly base: string;
  readonly adapter: string | AdapterChoice;
  /** The tower of a LLaVA that only names it: a folder or a name on the hub. */
  readonly visionTower?: string;
}

/**
 * Writes the checkpoint with its adapter melted in, f32, to another folder; `open` and transformers open it. Whole tensors of
 * the adapter take the place of the base's; a resized embedding changes `vocab_size`. A LLaVA gets the adapter's projector,
 * where it has one, and is written as `saveCheckpoint` writes it.
 *
 * @throws ModelFormatError as `open`; RangeError where a folder would replace itself or a LLaVA's embedding be resized.
 */
export async function mergeAdapter(path: string, { base, adapter: choice, visionTower }: MergeOptions): Promise<void> {
  const folder = resolve(base);
  const adapter = await readAdapter(choice);
  const before = await readBase(folder);
  const { config, tensors } = applyAdapter(before, adapter);
  const [wanted, found] = [before.config.vocabularySize, config.vocabularySize];
  if (before.config.seesImages === true && found !== wanted) {
    throw new RangeError(`Cannot merge into a LLaVA: expected an embedding of ${wanted} rows, got ${found}`);
  }
  const replaced = [...adapter.tensors].filter(([name]) => before.known.has(name));
  const whole = replaced.map(([name, stored]) => [name, lazyFloats(stored)] as const);
  const saved = { from: folder, config: { vocab_size: found }, visionTower };
  await withProducts({ tensors, adapter, sign: 1 }, (products) =>
    saveCheckpoint(path, { ...saved, changed: new Map([...whole, ...products]) }),
  );
}

/**
 * Writes the checkpoint with an adapter that was melted into it taken out again, up to float32 rounding.
 *
 * @throws TypeError where the adapter has whole tensors: what they replaced is gone.
 * @throws ModelFormatError, RangeError as `mergeAdapter`.
 */
export async function unmergeAdapter(
  path: string,
  { base, adapter: choice, visionTower }: MergeOptions,
): Promise<void> {
  const folder = resolve(base);
  const adapter = await readAdapter(choice);
  const { known, tensors } = await readBase(folder);
  const whole = [...adapter.tensors.keys()].find((name) => known.has(name));
  if (whole !== undefined) {
    throw new TypeError(`Cannot take the adapter out: expected products only, got the whole tensor "${whole}"`);
  }
  await withProducts({ tensors, adapter, sign: -1 }, (changed) =>
    saveCheckpoint(path, { from: folder, changed, visionTower }),
  );
}

/** A decoder, and every tensor that an adapter may replace: the projector's too where it is a LLaVA's. */
async function readBase(folder: string): Promise<Base & { readonly known: ReadonlyMap<string, StoredTensor> }> {
  const fields = await readConfig(folder);
  const all = await readCheckpointTensors(folder);
  if (!isLlava(fields)) return { config: readLlamaConfig(fields), tensors: all, known: all };
  const { language, projector } = llavaTensors(all);
  return { config: readLlavaConfig(fields).language, tensors: language, known: new Map([...language, ...projector]) };
}

interface Products {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly adapter: Adapter;
  readonly sign: 1 | -1;
}

/** Hands on every adapted weight with its product added or taken away; each is computed when it is read. */
async function withProducts(
  { tensors, adapter, sign }: Products,
  use: (products: ReadonlyMap<string, LazyTensor>) => Promise<void>,
): Promise<void> {
  const { rank, alpha } = adapter.settings;
  using session = await productSession((sign * alpha) / rank);
  const modules = [...tensors.keys()].map((name) => name.replace(/\.weight$/u, ""));
  const adapted = modules.filter(
    (module) => adapter.tensors.has(loraNames(module).a) && tensors.has(`${module}.weight`),
  );
  const bar = openProgress("Merging", { total: adapted.length, unit: "matrices" });
  const product = async (module: string): Promise<Tensor> => {
    const [w, a, b] = await Promise.all([
      floatsOf(tensors, `${module}.weight`),
      floatsOf(adapter.tensors, loraNames(module).a),
      floatsOf(adapter.tensors, loraNames(module).b),
    ]);
    const { merged = null } = await session.run({ w, a, b });
    if (merged === null) throw new TypeError(`Cannot merge "${module}": expected an output "merged", got none`);
    bar.advance();
    return merged;
  };
  const entries = adapted.map((module): [string, LazyTensor] => {
    const name = `${module}.weight`;
    return [name, { dtype: "f32", shape: tensors.get(name)?.shape ?? [], read: () => product(module) }];
  });
  try {
    await use(new Map(entries));
    bar.close();
  } finally {
    bar.close("failed");
  }
}

function floatsOf(tensors: ReadonlyMap<string, StoredTensor>, name: string): Promise<Tensor> {
  const stored = tensors.get(name);
  if (stored === undefined) throw new TypeError(`Cannot read tensor "${name}": expected it in the adapter, got none`);
  return readFloats(stored);
}

function productSession(alpha: number): Promise<Session> {
  const graph = graphBuilder();
  const [w, a, b] = [
    graph.input("w", "f32", ["O", "I"]),
    graph.input("a", "f32", ["R", "I"]),
    graph.input("b", "f32", ["O", "R"]),
  ];
  return createSession(emit(graph.build({ merged: graph.op("Gemm", [b, a, w], { alpha }) })));
}
