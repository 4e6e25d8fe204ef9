import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { mergeAdapter } from "../../src/model/merge-adapter.ts";
import { openTrainer, type TrainerOptions } from "../../src/train/trainer.ts";
import { adaptedDifference, goldenFolder, type Logits } from "../model/golden-checkpoint.ts";
import {
  followGolden,
  goldenPath,
  goldenTensors,
  type Moves,
  readTrainingGolden,
  relative,
  sameMoves,
  unmovedNames,
  writeStartingAdapter,
} from "./training-golden.ts";

/** PEFT's matrices before and after, by the names of the trainer. */
async function movesOf(file: string): Promise<Moves> {
  return {
    before: await goldenTensors(file, "before.base_model.model."),
    after: await goldenTensors(file, "after.base_model.model."),
  };
}

describe("train/adapter-training", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-adapter-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("fifty steps of LoRA with dropout, over PEFT's adapter, lose and move as PEFT given the same mask", async () => {
    const golden = readTrainingGolden("train-lora-gqa");
    using trainer = await openTrainer(goldenFolder("gqa"), {
      adapter: { path: goldenPath("lora-gqa") },
      dropoutSeed: golden.options.dropoutSeed,
    });
    assert.equal(trainer.trained.length, 2 * 2 * 7); // two layers, A and B of seven matrices
    await followGolden(trainer, golden);
    assert.deepEqual(unmovedNames(golden), []);
    await sameMoves(trainer, await movesOf("train-lora-gqa.safetensors"));
  });

  it("another seed of dropout, or none, loses otherwise", async () => {
    const golden = readTrainingGolden("train-lora-gqa");
    for (const dropoutSeed of [golden.options.dropoutSeed + 1, 0]) {
      using trainer = await openTrainer(goldenFolder("gqa"), {
        adapter: { path: goldenPath("lora-gqa") },
        dropoutSeed,
      });
      const { lossNats } = await trainer.step(golden.batches[0] ?? [], 0);
      assert.ok(relative(lossNats, golden.losses[0] ?? NaN) > 1e-3, `${lossNats}`);
    }
  });

  it("fifty steps of LoRA on Qwen2 lose and move as PEFT's", async () => {
    const golden = readTrainingGolden("train-lora-qwen2");
    const moves = await movesOf("train-lora-qwen2.safetensors");
    const path = join(folder, "start");
    const settings = { rank: 8, alpha: 32, dropout: 0, targets: ["q_proj", "v_proj", "down_proj", "up_proj"] };
    await writeStartingAdapter(path, { settings, base: goldenFolder("qwen2"), before: moves.before });
    using trainer = await openTrainer(goldenFolder("qwen2"), { adapter: { path } });
    await followGolden(trainer, golden);
    await sameMoves(trainer, moves);
  });

  describe("what is trained and saved here opens in PEFT and transformers with the same logits", () => {
    const { ids, logits } = JSON.parse(readFileSync(goldenPath("adapters-trained.json"), "utf8")) as {
      readonly ids: readonly number[];
      readonly logits: Readonly<Record<"full" | "adapter" | "whole" | "merged", Logits["logits"][number]>>;
    }; // written by adapters_trained.py
    const base = goldenFolder("gqa");
    const path = (): string => join(folder, "saved");

    /** As scripts/goldens/trained-adapters.mjs trains what PEFT was given. */
    async function trainTen(options: TrainerOptions, save: "save" | "saveAdapter"): Promise<void> {
      const { batches } = readTrainingGolden("train-gqa");
      using trainer = await openTrainer(base, options);
      for (let step = 0; step < 10; step++) await trainer.step(batches[step % batches.length] ?? [], 3e-3);
      await trainer[save](path());
    }

    async function differenceOf(name: keyof typeof logits, from: string, adapter?: string): Promise<number> {
      const golden = { sequences: [ids], logits: [logits[name]] };
      assert.ok((await adaptedDifference(base, { golden })) > 0.1); // than before it was trained
      return await adaptedDifference(from, { adapter, golden });
    }

    it("a checkpoint", async () => {
      await trainTen({}, "save");
      assert.ok((await differenceOf("full", path())) < 1e-4);
    });

    it("an adapter, and its merge", async () => {
      await trainTen({ adapter: { rank: 8, alpha: 16, dropout: 0.05, seed: 1 } }, "saveAdapter");
      assert.ok((await differenceOf("adapter", base, path())) < 1e-4);
      const merged = join(folder, "merged");
      await mergeAdapter(merged, { base, adapter: path() });
      assert.ok((await differenceOf("merged", merged)) < 1e-4);
    });

    it("an adapter with whole tensors beside it", async () => {
      const trains = (name: string): boolean => /lora_[AB]|lm_head|embed_tokens/.test(name);
      await trainTen({ adapter: { rank: 4, alpha: 4, targets: ["q_proj", "v_proj"] }, trains }, "saveAdapter");
      assert.ok((await differenceOf("whole", base, path())) < 1e-4);
    });
  });
});
