// Adapters and checkpoints that our code trains, saves and merges, for PEFT and transformers to open.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const steps = 10;
const learningRate = 3e-3;

/** How each is trained over test/golden/llama-gqa, and what saves it. */
const trainings = {
  full: { options: {}, save: "save" },
  adapter: { options: { adapter: { rank: 8, alpha: 16, dropout: 0.05, seed: 1 } }, save: "saveAdapter" },
  whole: {
    options: {
      adapter: { rank: 4, alpha: 4, targets: ["q_proj", "v_proj"] },
      trains: (name) => /lora_[AB]|lm_head|embed_tokens/.test(name),
    },
    save: "saveAdapter",
  },
};

/** Trains on the batches of train-gqa.json and saves full/, adapter/ and whole/ (with whole tensors) and merged/. */
export async function trainAdapters(folder, { library, golden }) {
  const base = join(golden, "llama-gqa");
  const { batches } = JSON.parse(readFileSync(join(golden, "train-gqa.json"), "utf8"));
  for (const [name, { options, save }] of Object.entries(trainings)) {
    const trainer = await library.openTrainer(base, options);
    try {
      for (let step = 0; step < steps; step++) await trainer.step(batches[step % batches.length], learningRate);
      await trainer[save](join(folder, name));
    } finally {
      trainer[Symbol.dispose]();
    }
  }
  await library.mergeAdapter(join(folder, "merged"), { base, adapter: join(folder, "adapter") });
}
