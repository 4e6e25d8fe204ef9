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
import { type Adapter, type AdapterChoice, applyAdapter, readAdapter } from "./adapter.ts";
import { readConfig } from "./config-fields.ts";
import { readLlamaConfig } from "./llama-config.ts";
import { loraNames } from "./lora.ts";
import { saveCheckpoint } from "./save-checkpoint.ts";

/** A checkpoint, an adapter for it, and the folder that is written. */
export interface MergeOptions {
  readonly base: string;
  readonly adapter: string | AdapterChoice;
}

/**
 * Writes the checkpoint with its adapter melted in, f32, to another folder; `open` and transformers open it. Whole tensors of
 * the adapter take the place of the base's; a resized embedding changes `vocab_size`.
 *
 * @throws ModelFormatError as `open`; RangeError where a folder would replace itself.
 */
export async function mergeAdapter(path: string, { base, adapter: choice }: MergeOptions): Promise<void> {
  const folder = resolve(base);
  const adapter = await readAdapter(choice);
  const before = { config: readLlamaConfig(await readConfig(folder)), tensors: await readCheckpointTensors(folder) };
  const { config, tensors } = applyAdapter(before, adapter);
  const replaced = [...tensors].filter(([name, one]) => before.tensors.has(name) && before.tensors.get(name) !== one);
  const whole = replaced.map(([name, stored]) => [name, lazyFloats(stored)] as const);
  const saved = { from: folder, config: { vocab_size: config.vocabularySize } };
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
export async function unmergeAdapter(path: string, { base, adapter: choice }: MergeOptions): Promise<void> {
  const folder = resolve(base);
  const adapter = await readAdapter(choice);
  const tensors = await readCheckpointTensors(folder);
  const whole = [...adapter.tensors.keys()].find((name) => tensors.has(name));
  if (whole !== undefined) {
    throw new TypeError(`Cannot take the adapter out: expected products only, got the whole tensor "${whole}"`);
  }
  await withProducts({ tensors, adapter, sign: -1 }, (changed) => saveCheckpoint(path, { from: folder, changed }));
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
