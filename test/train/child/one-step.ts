/** Takes training steps in a process of its own and prints losses and memory: `node --expose-gc --import tsx one-step.ts <json>`. */

import { memoryFigures } from "../../../src/runtime/memory.ts";
import { openTrainer, type TrainerOptions } from "../../../src/train/trainer.ts";

interface Setting {
  readonly folder: string;
  readonly batch: number;
  readonly length: number;
  readonly vocabulary: number;
  readonly steps: number;
  readonly options: Pick<TrainerOptions, "recompute" | "lossChunks" | "adapter">;
}

const setting = JSON.parse(process.argv[2] ?? "{}") as Setting; // written by the test
const { batch, length, vocabulary, steps, options } = setting;
const examples = Array.from({ length: batch }, (_, b) => {
  const ids = Array.from({ length }, (_, t) => (b * 7919 + t * 104729 + 17 * t * t) % vocabulary);
  return { ids, labels: ids };
});
using trainer = await openTrainer(setting.folder, options);
globalThis.gc?.(); // what reading the weights left behind would blur the figures
const openBytes = memoryFigures().processBytes;
const losses: number[] = [];
for (let step = 0; step < steps; step++) losses.push((await trainer.step(examples, 1e-3)).lossNats);
console.log(JSON.stringify({ losses, peakBytes: memoryFigures().peakBytes, openBytes }));
