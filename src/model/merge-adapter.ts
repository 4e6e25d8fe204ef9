/** Adapters melted into a checkpoint's weights, and taken out again: W + alpha/r B A and back. */

import { resolve } from "node:path";

import { openProgress } from "../base/progress.ts";
import type { Tensor } from "../base/tensor.ts";
import { readCheckpointTensors } from "../data/checkpoint-files.ts";
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
  const changed = await withProducts({ tensors, adapter, sign: 1 });
  for (const [name, stored] of tensors) {
    const isReplaced = before.tensors.has(name) && before.tensors.get(name) !== stored && !changed.has(name);
    if (isReplaced) changed.set(name, await readFloats(stored));
  }
  await saveCheckpoint(path, { from: folder, changed, config: { vocab_size: config.vocabularySize } });
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
  await saveCheckpoint(path, { from: folder, changed: await withProducts({ tensors, adapter, sign: -1 }) });
}

interface Products {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly adapter: Adapter;
  readonly sign: 1 | -1;
}

/** Every adapted weight with its product added or taken away. */
async function withProducts({ tensors, adapter, sign }: Products): Promise<Map<string, Tensor>> {
  const { rank, alpha } = adapter.settings;
  using session = await productSession((sign * alpha) / rank);
  const modules = [...tensors.keys()].map((name) => name.replace(/\.weight$/u, ""));
  const adapted = modules.filter(
    (module) => adapter.tensors.has(loraNames(module).a) && tensors.has(`${module}.weight`),
  );
  const bar = openProgress("Merging", { total: adapted.length, unit: "matrices" });
  const changed = new Map<string, Tensor>();
  try {
    for (const module of adapted) {
      const [w, a, b] = await Promise.all([
        floatsOf(tensors, `${module}.weight`),
        floatsOf(adapter.tensors, loraNames(module).a),
        floatsOf(adapter.tensors, loraNames(module).b),
      ]);
      const { merged } = await session.run({ w, a, b });
      if (merged !== undefined) changed.set(`${module}.weight`, merged);
      bar.advance();
    }
    bar.close();
    return changed;
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
