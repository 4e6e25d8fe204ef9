import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readFloats, readSafetensors } from "../../src/data/safetensors.ts";
import { placeOf } from "../../src/model/llava-weights.ts";
import type { Example } from "../../src/train/examples.ts";
import { openTrainer } from "../../src/train/trainer.ts";
import { llavaFolder, picturesOf, readLlavaGolden } from "../model/llava-golden.ts";

interface Golden {
  readonly options: { readonly learningRate: number; readonly steps: number };
  readonly batches: readonly (readonly (Omit<Example, "images"> & { readonly images: readonly number[] })[])[];
  readonly losses: readonly number[];
}

function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

const golden = JSON.parse(readFileSync(goldenPath("train-llava.json"), "utf8")) as Golden; // written by train_llava.py
const pictures = readLlavaGolden("hf");
const batches = golden.batches.map((batch): readonly Example[] =>
  batch.map((one) => ({ ...one, images: picturesOf(pictures, one.images) })),
);

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

describe("train/llava-training", () => {
  it("twenty steps of projector and language model lose and move as transformers' with PyTorch's AdamW", async () => {
    using trainer = await openTrainer(llavaFolder("hf"));
    assert.ok(trainer.trained.includes("multi_modal_projector.linear_1.weight"));
    assert.ok(trainer.trained.every((name) => !name.startsWith("vision_tower.")));
    for (let step = 0; step < golden.options.steps; step++) {
      const { lossNats } = await trainer.step(batches[step % batches.length] ?? [], golden.options.learningRate);
      const wanted = golden.losses[step] ?? NaN;
      assert.ok(Math.abs(lossNats - wanted) < 1e-4 * wanted, `${step}: ${lossNats}, ${wanted}`);
    }
    const after = await readSafetensors(goldenPath("train-llava.safetensors"));
    const before = new Map(
      [...(await readCheckpointTensors(llavaFolder("hf")))].map(([name, stored]) => [placeOf(name).name, stored]),
    );
    assert.deepEqual([...after.keys()].sort(), [...trainer.trained].sort());
    for (const [name, stored] of after) {
      const first = before.get(name);
      assert.ok(first !== undefined, name);
      const [start, end] = [(await readFloats(first)).data, (await readFloats(stored)).data];
      const found = trainer.weight(name).data as Float32Array;
      const change = norm(end.map((value, i) => value - (start[i] ?? NaN)));
      const difference = norm(end.map((value, i) => value - (found[i] ?? NaN)));
      assert.ok(difference < 1e-2 * change, `${name}: ${difference / change}`);
    }
  });

  it("micro-batches, recomputed blocks and an adapter train with pictures too", async () => {
    using trainer = await openTrainer(llavaFolder("hf"), {
      adapter: { rank: 4, alpha: 8, dropout: 0.1 },
      trains: (name) => /\.lora_[AB]\.|^multi_modal_projector\./.test(name),
      microBatch: 1,
      recompute: true,
      lossChunks: 2,
    });
    assert.ok(trainer.trained.some((name) => name === "model.layers.0.self_attn.q_proj.lora_A.weight"));
    assert.ok(trainer.trained.every((name) => !name.startsWith("vision_tower.")));
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) losses.push((await trainer.step(batches[0] ?? [], 1e-2)).lossNats);
    assert.ok((losses.at(-1) ?? NaN) < 0.8 * (losses[0] ?? NaN), losses.join());
  });

  it("save() writes a LLaVA that opens and loses as the trained one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-llava-"));
    try {
      using trainer = await openTrainer(llavaFolder("hf"));
      for (let step = 0; step < 5; step++) await trainer.step(batches[0] ?? [], 1e-3);
      await trainer.save(join(folder, "saved"));
      using again = await openTrainer(join(folder, "saved"));
      const [wanted, found] = [await trainer.step(batches[0] ?? [], 0), await again.step(batches[0] ?? [], 0)];
      assert.ok(Math.abs(wanted.lossNats - found.lossNats) < 1e-5, `${found.lossNats}, ${wanted.lossNats}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("pictures and placeholders must be as many", async () => {
    using trainer = await openTrainer(llavaFolder("hf"));
    await assert.rejects(trainer.step([{ ids: [5, -200, 6], labels: [-100, -100, 6] }], 1e-3), {
      name: "RangeError",
      message: "Cannot train on example 0: expected as many pictures as placeholders, got 0 and 1",
    });
  });
});
