// LLaVAs that our code trains and saves, for transformers to open.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Steps that each is trained; all its tensors are, the tower's too. */
const steps = 10;

/** Trains the three LLaVAs of test/golden on the batches of train-llava-whole.json and saves them in `folder`. */
export async function trainLlavas(folder, { library, golden }) {
  const read = (name) => JSON.parse(readFileSync(join(golden, name), "utf8"));
  const { options, batches } = read("train-llava-whole.json");
  for (const name of ["hf", "tiny", "paper"]) {
    const pictures = read(`llava-${name}.json`).pictures.map((text) => Buffer.from(text, "base64"));
    const trainer = await library.openTrainer(join(golden, `llava-${name}`), { trains: () => true });
    try {
      for (let step = 0; step < steps; step++) {
        const batch = batches[step % batches.length];
        const examples = batch.map((one) => ({ ...one, images: one.images.map((i) => pictures[i]) }));
        await trainer.step(examples, options.learningRate);
      }
      await trainer.save(join(folder, name));
    } finally {
      trainer[Symbol.dispose]();
    }
  }
}
