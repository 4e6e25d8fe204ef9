// LLaVAs that our code trains and saves, for transformers and PEFT to open.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const steps = 10;

/**
 * Trains on the batches of train-llava-whole.json and saves in `folder`: hf/, tiny/ and paper/, all of whose tensors are
 * trained, the tower's too; adapter/, trained with the projector over llava-hf, and merged/.
 */
export async function trainLlavas(folder, { library, golden }) {
  const read = (name) => JSON.parse(readFileSync(join(golden, name), "utf8"));
  const { options, batches } = read("train-llava-whole.json");
  const train = async (name, { into = name, ...given }) => {
    const pictures = read(`llava-${name}.json`).pictures.map((text) => Buffer.from(text, "base64"));
    const trainer = await library.openTrainer(join(golden, `llava-${name}`), given);
    try {
      for (let step = 0; step < steps; step++) {
        const batch = batches[step % batches.length];
        const examples = batch.map((one) => ({ ...one, images: one.images.map((i) => pictures[i]) }));
        await trainer.step(examples, options.learningRate);
      }
      await (given.adapter === undefined ? trainer.save : trainer.saveAdapter)(join(folder, into));
    } finally {
      trainer[Symbol.dispose]();
    }
  };
  for (const name of ["hf", "tiny", "paper"]) await train(name, { trains: () => true });
  const trains = (name) => /\.lora_[AB]\.|^multi_modal_projector\./.test(name);
  await train("hf", { into: "adapter", adapter: { rank: 4, alpha: 16, dropout: 0, seed: 2 }, trains });
  await library.mergeAdapter(join(folder, "merged"), {
    base: join(golden, "llava-hf"),
    adapter: join(folder, "adapter"),
  });
}
