/** The paper's golden LLaVA as its first stage and the language model that it began with. */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readFloats } from "../../src/data/safetensors.ts";
import { writeSafetensors } from "../../src/data/safetensors-writer.ts";
import { llavaFolder } from "./llava-golden.ts";

const paper = llavaFolder("paper");

/** Writes what the first stage leaves behind, with the tower. */
export function writeFirstStage(folder: string): void {
  mkdirSync(folder);
  for (const name of ["config.json", "mm_projector.bin", "tower"]) {
    cpSync(join(paper, name), join(folder, name), { recursive: true });
  }
}

/** Writes the language model that the paper's golden began with: its words without the three that were added. */
export async function writeLanguageModel(folder: string): Promise<void> {
  mkdirSync(folder);
  const tensors = new Map<string, Tensor>();
  for (const [name, stored] of await readCheckpointTensors(paper)) {
    if (name.includes("mm_projector")) continue;
    const { data, shape } = await readFloats(stored);
    const isWords = shape[0] === 262;
    tensors.set(name, isWords ? tensor("f32", [259, 24], data.slice(0, 259 * 24)) : tensor("f32", shape, data));
  }
  await writeSafetensors(join(folder, "model.safetensors"), tensors);
  const config = JSON.parse(readFileSync(join(paper, "config.json"), "utf8")) as Record<string, unknown>; // ours
  const own = Object.entries(config).filter(([name]) => !name.startsWith("mm_"));
  const plain = {
    ...Object.fromEntries(own),
    model_type: "llama",
    architectures: ["LlamaForCausalLM"],
    vocab_size: 259,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(plain));
  const tokenizer = JSON.parse(readFileSync(join(paper, "tokenizer.json"), "utf8")) as {
    readonly added_tokens: readonly { readonly id: number }[];
  }; // ours
  const words = { ...tokenizer, added_tokens: tokenizer.added_tokens.filter(({ id }) => id < 259) };
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(words));
}
