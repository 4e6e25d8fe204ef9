/** Goldens of test/golden/make/llama.py, and sessions over their checkpoints. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import type { Tokenizer } from "../../src/data/tokenizer.ts";
import { emit } from "../../src/graph/emit.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type AdapterChoice, withAdapter } from "../../src/model/adapter.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { emptyPrefix, type Forward, rowLogits } from "../../src/model/forward.ts";
import { llamaGraph } from "../../src/model/llama.ts";
import { type LlamaConfig, readLlamaConfig } from "../../src/model/llama-config.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession, type SessionOptions } from "../../src/runtime/session.ts";

export const variants = ["mha", "gqa", "tied", "qwen2"] as const;

export interface Logits {
  readonly sequences: readonly (readonly number[])[];
  /** [sequence][place][vocabulary] */
  readonly logits: readonly (readonly (readonly number[])[])[];
}

export interface Golden extends Logits {
  readonly continuations: readonly {
    readonly context: readonly number[];
    readonly continuation: readonly number[];
    readonly sumNats: number;
    readonly isGreedy: boolean;
  }[];
}

export function goldenFolder(variant: (typeof variants)[number]): string {
  return fileURLToPath(new URL(`../golden/llama-${variant}`, import.meta.url));
}

export function readGolden(variant: (typeof variants)[number]): Golden {
  return JSON.parse(readFileSync(`${goldenFolder(variant)}.json`, "utf8")) as Golden; // written by llama.py
}

/** One token a character: its code point. */
export const characters: Tokenizer = {
  encode: (text) => Array.from(text, (letter) => letter.codePointAt(0) ?? 0),
  decode: (ids) => String.fromCodePoint(...ids),
  idOf: (token) => token.codePointAt(0) ?? null,
  vocabularySize: 0x110000,
};

interface OpenGraph {
  readonly graph: Graph;
  readonly config: LlamaConfig;
}

export function goldenGraph(variant: (typeof variants)[number]): Promise<OpenGraph> {
  return checkpointGraph(goldenFolder(variant));
}

export async function checkpointGraph(folder: string, change: Partial<LlamaConfig> = {}): Promise<OpenGraph> {
  const config = { ...readLlamaConfig(await readConfig(folder)), ...change };
  const { weights } = mappedWeights(await readCheckpointTensors(folder), folder);
  return { graph: llamaGraph(config, weights), config };
}

/** Largest difference between a graph's logits and the golden's, over every token that is not padding. */
export async function worstDifference(
  graph: Graph,
  { config, golden, ...options }: SessionOptions & { readonly config: LlamaConfig; readonly golden: Logits },
): Promise<number> {
  using session = await createSession(emit(graph), options);
  const forward = everyRow(golden.sequences, config);
  const logits = await rowLogits(session, forward);
  const wanted = golden.logits.flat(2);
  if (wanted.length !== logits.data.length) throw new Error("the golden has another number of logits");
  return wanted.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (logits.data[i] ?? NaN))), 0);
}

/** Largest difference of a checkpoint's logits with an adapter over it, or none. */
export async function adaptedDifference(
  folder: string,
  { adapter, golden }: { readonly adapter?: string | AdapterChoice | undefined; readonly golden: Logits },
): Promise<number> {
  const base = { config: readLlamaConfig(await readConfig(folder)), tensors: await readCheckpointTensors(folder) };
  const { config, tensors, lora } = await withAdapter(base, adapter);
  const { weights, expectAllUsed } = mappedWeights(tensors, folder);
  const graph = llamaGraph(config, weights, lora);
  expectAllUsed(/^$/);
  return worstDifference(graph, { config, golden });
}

function everyRow(sequences: readonly (readonly number[])[], config: LlamaConfig): Forward {
  const rows = sequences.flatMap((ids, sequence) => ids.map((_, position) => ({ sequence, position, targets: [] })));
  return { sequences, prefix: emptyPrefix(config), rows, signal: new AbortController().signal };
}
