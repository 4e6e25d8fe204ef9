import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readSafetensors, type StoredTensor } from "../../src/data/safetensors.ts";
import { llavaTensors } from "../../src/model/llava-weights.ts";
import { loraDefaults } from "../../src/model/lora.ts";
import { towerTensors } from "../../src/model/vision-weights.ts";
import { mergeAdapter } from "../../src/model/merge-adapter.ts";
import type { Example } from "../../src/train/examples.ts";
import { openTrainer, type Trainer } from "../../src/train/trainer.ts";
import {
  llavaFolder,
  type LlavaGolden,
  type LlavaName,
  llavas,
  picturesOf,
  readLlavaGolden,
} from "../model/llava-golden.ts";
import { worstDifference } from "../model/llava-logits.ts";
import {
  followGolden,
  goldenPath,
  goldenTensors,
  readTrainingGolden,
  sameMoves,
  type TrainingGolden,
  unmovedNames,
  writeStartingAdapter,
} from "./training-golden.ts";

type Batch = readonly (Omit<Example, "images"> & { readonly images: readonly number[] })[];

/** A golden of train_llava.py with its pictures as files. */
function readGolden(title: string, name: LlavaName): TrainingGolden<readonly Example[]> {
  const golden = readTrainingGolden<Batch>(title);
  const pictures = readLlavaGolden(name);
  const withPictures = (batch: Batch): readonly Example[] =>
    batch.map((one) => ({ ...one, images: picturesOf(pictures, one.images) }));
  return { ...golden, batches: golden.batches.map(withPictures) };
}

/** The checkpoint's tensors by the names of the graph. */
async function tensorsBefore(name: LlavaName): Promise<ReadonlyMap<string, StoredTensor>> {
  const { language, projector, tower } = llavaTensors(await readCheckpointTensors(llavaFolder(name)));
  return new Map([...language, ...projector, ...towerTensors(tower, llavaFolder(name))]);
}

interface TrainedGolden extends Pick<LlavaGolden, "step"> {
  readonly checkpoints: Readonly<
    Record<
      LlavaName | "adapter" | "merged",
      Pick<LlavaGolden, "prompts"> & Readonly<Record<"missing" | "unexpected", readonly string[]>>
    >
  >;
}

const trainedGolden = JSON.parse(readFileSync(goldenPath("llava-trained.json"), "utf8")) as TrainedGolden; // llava_trained.py
const golden = readGolden("train-llava", "hf");
const { batches } = golden;

/** As scripts/goldens/trained-llavas.mjs trains what transformers was given. */
async function takeTen(trainer: Trainer, { options, batches }: TrainingGolden<readonly Example[]>): Promise<void> {
  for (let step = 0; step < 10; step++) {
    await trainer.step(batches[step % batches.length] ?? [], options.learningRate);
  }
}

describe("train/llava-training", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-llava-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("twenty steps of projector and language model lose and move as transformers' with PyTorch's AdamW", async () => {
    using trainer = await openTrainer(llavaFolder("hf"));
    assert.ok(trainer.trained.includes("multi_modal_projector.linear_1.weight"));
    assert.ok(trainer.trained.every((name) => !name.startsWith("vision_tower.")));
    await followGolden(trainer, golden);
    assert.deepEqual(unmovedNames(golden), []);
    const after = await goldenTensors("train-llava.safetensors");
    await sameMoves(trainer, { before: await tensorsBefore("hf"), after });
  });

  for (const [title, name] of [
    ["train-llava-whole", "hf"],
    ["train-llava-tiny", "tiny"],
  ] as const) {
    it(`fifty steps of decoder, projector and tower of ${name} lose and move as transformers' with PyTorch's AdamW`, async () => {
      const whole = readGolden(title, name);
      using trainer = await openTrainer(llavaFolder(name), { trains: () => true, resizing: "pillow-13" });
      await followGolden(trainer, whole);
      // A bias of keys adds one constant to all scores of a query, which no softmax sees: its gradient is rounding.
      const unmoved = [0, 1].map((layer) => `vision_tower.encoder.layers.${layer}.self_attn.k_proj.bias`);
      assert.deepEqual(unmovedNames(whole), unmoved);
      const after = await goldenTensors(`${title}.safetensors`);
      await sameMoves(trainer, { before: await tensorsBefore(name), after }, unmoved);
    });
  }

  it("fifty steps of projector and adapter, the paper's, lose and move as transformers' with PEFT", async () => {
    const tuned = readGolden("train-llava-lora", "hf");
    const file = await goldenTensors("train-llava-lora.safetensors");
    const fresh = await goldenTensors("train-llava-lora.safetensors", "before.");
    const path = join(folder, "start");
    const settings = { rank: 4, alpha: 8, dropout: 0, targets: loraDefaults.targets };
    await writeStartingAdapter(path, { settings, base: llavaFolder("hf"), before: fresh });
    const trains = (name: string): boolean => /\.lora_[AB]\.|^multi_modal_projector\./u.test(name);
    using trainer = await openTrainer(llavaFolder("hf"), { adapter: { path }, trains });
    await followGolden(trainer, tuned);
    const after = new Map([...file].filter(([name]) => !name.startsWith("before.")));
    await sameMoves(trainer, { before: new Map([...(await tensorsBefore("hf")), ...fresh]), after });
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

  for (const name of llavas) {
    it(`save() of the trained ${name} writes what transformers opens, with the same logits`, async () => {
      const { step, checkpoints } = trainedGolden;
      const { missing, unexpected, prompts } = checkpoints[name];
      assert.deepEqual([missing, unexpected], [[], []]);
      const wanted = { step, prompts, pictures: readLlavaGolden(name).pictures };
      const whole = readGolden("train-llava-whole", name);
      const saved = join(folder, "saved");
      using trainer = await openTrainer(llavaFolder(name), { trains: () => true });
      await takeTen(trainer, whole);
      await trainer.save(saved);
      const worst = await worstDifference(saved, wanted);
      assert.ok(worst < 1e-4, String(worst));
      const untrained = await worstDifference(llavaFolder(name), wanted);
      assert.ok(untrained > 0.1, String(untrained));
      using again = await openTrainer(saved);
      const [ours, theirs] = [
        await trainer.step(whole.batches[0] ?? [], 0),
        await again.step(whole.batches[0] ?? [], 0),
      ];
      assert.ok(Math.abs(ours.lossNats - theirs.lossNats) < 1e-5, `${theirs.lossNats}, ${ours.lossNats}`);
    });
  }

  it("an adapter with the projector, saved, opens in PEFT, and its merge in transformers, with the same logits", async () => {
    const { step, checkpoints } = trainedGolden;
    const pictures = readLlavaGolden("hf").pictures;
    const [path, merged] = [join(folder, "adapter"), join(folder, "merged")];
    const tuned = readGolden("train-llava-whole", "hf");
    const trains = (name: string): boolean => /\.lora_[AB]\.|^multi_modal_projector\./u.test(name);
    using trainer = await openTrainer(llavaFolder("hf"), {
      adapter: { rank: 4, alpha: 16, dropout: 0, seed: 2 },
      trains,
    });
    await takeTen(trainer, tuned);
    await trainer.saveAdapter(path);
    const namesIn = async (file: string): Promise<readonly string[]> =>
      [...(await readSafetensors(file)).keys()].sort();
    const ours = await namesIn(join(path, "adapter_model.safetensors"));
    assert.deepEqual(ours, await namesIn(goldenPath("lora-llava/adapter_model.safetensors"))); // as PEFT names them
    const { target_modules: targets } = JSON.parse(readFileSync(join(path, "adapter_config.json"), "utf8")) as {
      readonly target_modules: readonly string[];
    }; // of trained-adapter.ts
    assert.ok(
      targets.every((module) => ours.includes(`base_model.model.${module}.lora_A.weight`)) && targets.length === 14,
    );
    await mergeAdapter(merged, { base: llavaFolder("hf"), adapter: path });
    const worst = [
      await worstDifference(llavaFolder("hf"), { step, pictures, ...checkpoints.adapter, adapter: path }),
      await worstDifference(merged, { step, pictures, ...checkpoints.merged }),
    ];
    assert.ok(Math.max(...worst) < 1e-4, worst.join());
    assert.ok((await worstDifference(llavaFolder("hf"), { step, pictures, ...checkpoints.adapter })) > 0.05);
    assert.deepEqual([checkpoints.merged.missing, checkpoints.merged.unexpected], [[], []]);
    using again = await openTrainer(merged);
    using goneOn = await openTrainer(llavaFolder("hf"), { adapter: { path } });
    const [whole, laid] = [await again.step(tuned.batches[0] ?? [], 0), await goneOn.step(tuned.batches[0] ?? [], 0)];
    assert.ok(Math.abs(whole.lossNats - laid.lossNats) < 1e-5, `${laid.lossNats}, ${whole.lossNats}`);
  });

  it("a LLaVA whose tower is elsewhere trains and is saved with that tower", async () => {
    const [moved, tower, saved] = [join(folder, "moved"), join(folder, "tower"), join(folder, "saved")];
    cpSync(llavaFolder("paper"), moved, { recursive: true });
    renameSync(join(moved, "tower"), tower);
    await assert.rejects(openTrainer(moved, { visionTower: join(folder, "nowhere") }), { name: "ModelFormatError" });
    using trainer = await openTrainer(moved, { visionTower: tower });
    await trainer.step(batches[0] ?? [], 1e-3);
    await trainer.save(saved);
    using again = await openTrainer(saved);
    const [ours, theirs] = [await trainer.step(batches[0] ?? [], 0), await again.step(batches[0] ?? [], 0)];
    assert.ok(Math.abs(ours.lossNats - theirs.lossNats) < 1e-5, `${theirs.lossNats}, ${ours.lossNats}`);
  });

  it("pictures and placeholders must be as many", async () => {
    using trainer = await openTrainer(llavaFolder("hf"));
    await assert.rejects(trainer.step([{ ids: [5, -200, 6], labels: [-100, -100, 6] }], 1e-3), {
      name: "RangeError",
      message: "Cannot train on example 0: expected as many pictures as placeholders, got 0 and 1",
    });
  });
});
