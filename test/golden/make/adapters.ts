/**
 * Trains and saves what check_adapters.py opens in PEFT and transformers: `node --import tsx adapters.ts <folder>`.
 *
 * Writes <folder>/{adapter,whole,merged,full} and logits.json, what this library computes with each.
 */

import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { tensor } from "../../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../../src/data/checkpoint-files.ts";
import { emit } from "../../../src/graph/emit.ts";
import { type AdapterChoice, withAdapter } from "../../../src/model/adapter.ts";
import { readConfig } from "../../../src/model/config-fields.ts";
import { llamaBlocks, llamaLogits } from "../../../src/model/llama.ts";
import { readLlamaConfig } from "../../../src/model/llama-config.ts";
import { mergeAdapter } from "../../../src/model/merge-adapter.ts";
import { mappedWeights } from "../../../src/model/weights.ts";
import { graphBuilder } from "../../../src/graph/builder.ts";
import { createSession } from "../../../src/runtime/session.ts";
import type { Example } from "../../../src/train/examples.ts";
import { openTrainer, type TrainerOptions } from "../../../src/train/trainer.ts";

const golden = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const [folder = ""] = process.argv.slice(2);
const base = golden("llama-gqa");
const { batches } = JSON.parse(readFileSync(golden("train-gqa.json"), "utf8")) as {
  readonly batches: readonly (readonly Example[])[];
}; // written by train.py
const ids = batches[0]?.[0]?.ids ?? [];

async function train(options: TrainerOptions, save: "save" | "saveAdapter", path: string): Promise<void> {
  using trainer = await openTrainer(base, options);
  for (let step = 0; step < 10; step++) await trainer.step(batches[step % batches.length] ?? [], 1e-2);
  await trainer[save](path);
}

async function logitsOf(path: string, adapter?: string | AdapterChoice): Promise<readonly number[]> {
  const read = { config: readLlamaConfig(await readConfig(path)), tensors: await readCheckpointTensors(path) };
  const { config, tensors, lora } = await withAdapter(read, adapter);
  const { weights } = mappedWeights(tensors, path);
  const graph = graphBuilder();
  const { hidden } = llamaBlocks(graph, { config, weights, lora });
  using session = await createSession(emit(graph.build({ logits: llamaLogits(graph, hidden, { config, weights }) })));
  const row = (values: readonly number[]) => tensor("i64", [1, values.length], BigInt64Array.from(values, BigInt));
  const { logits } = await session.run({ input_ids: row(ids), position_ids: row(ids.map((_, i) => i)) });
  return [...(logits?.data ?? [])].map(Number);
}

const at = (name: string): string => join(folder, name);
await train({ adapter: { rank: 8, alpha: 16, dropout: 0.05, seed: 1 } }, "saveAdapter", at("adapter"));
const trains = (name: string): boolean => /lora_[AB]|lm_head|embed_tokens/.test(name);
await train({ adapter: { rank: 4, alpha: 4, targets: ["q_proj", "v_proj"] }, trains }, "saveAdapter", at("whole"));
await train({}, "save", at("full"));
await mergeAdapter(at("merged"), { base, adapter: at("adapter") });
const logits = {
  base: await logitsOf(base),
  adapter: await logitsOf(base, at("adapter")),
  whole: await logitsOf(base, at("whole")),
  merged: await logitsOf(at("merged")),
  full: await logitsOf(at("full")),
};
await writeFile(at("logits.json"), JSON.stringify({ base, ids, logits }));
