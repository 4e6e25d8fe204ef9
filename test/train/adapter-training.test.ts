import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { readFloats, readSafetensors, type StoredTensor } from "../../src/data/safetensors.ts";
import type { Example } from "../../src/train/examples.ts";
import { openTrainer, type Trainer } from "../../src/train/trainer.ts";
import { goldenFolder } from "../model/golden-checkpoint.ts";

interface Golden {
  readonly options: { readonly learningRate: number; readonly steps: number; readonly dropoutSeed: number };
  readonly batches: readonly (readonly Example[])[];
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly firstGradientNorms: Readonly<Record<string, number>>;
}

function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

function readGolden(variant: string): Golden {
  return JSON.parse(readFileSync(goldenPath(`train-lora-${variant}.json`), "utf8")) as Golden; // written by lora.py
}

function relative(found: number, wanted: number): number {
  return Math.abs(found - wanted) / Math.abs(wanted);
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** Takes the golden's steps; every loss is PEFT's to 1e-4. */
async function followGolden(trainer: Trainer, { options, batches, losses, gradientNorms }: Golden): Promise<void> {
  for (let step = 0; step < options.steps; step++) {
    const found = await trainer.step(batches[step % batches.length] ?? [], options.learningRate);
    assert.ok(relative(found.lossNats, losses[step] ?? NaN) < 1e-4, `${step}: ${found.lossNats}`);
    assert.ok(relative(found.gradientNorm, gradientNorms[step] ?? NaN) < 1e-3, `${step}: ${found.gradientNorm}`);
  }
  assert.ok((losses.at(-1) ?? NaN) < 0.8 * (losses[0] ?? NaN));
}

/** Every matrix moved as PEFT moved it: the difference of the moves is at most 1 % of the move. */
async function sameMoves(trainer: Trainer, tensors: ReadonlyMap<string, StoredTensor>): Promise<void> {
  const read = async (name: string): Promise<Float32Array> => {
    const stored = tensors.get(name);
    assert.ok(stored !== undefined, name);
    return (await readFloats(stored)).data;
  };
  for (const name of trainer.trained) {
    const [start, end] = [await read(`before.base_model.model.${name}`), await read(`after.base_model.model.${name}`)];
    const found = trainer.weight(name).data as Float32Array;
    const change = norm(end.map((value, i) => value - (start[i] ?? NaN)));
    const difference = norm(end.map((value, i) => value - (found[i] ?? NaN)));
    assert.ok(difference / change < 1e-2, `${name}: ${difference / change}`);
  }
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
    const golden = readGolden("gqa");
    using trainer = await openTrainer(goldenFolder("gqa"), {
      adapter: { path: goldenPath("lora-gqa") },
      dropoutSeed: golden.options.dropoutSeed,
    });
    assert.equal(trainer.trained.length, 2 * 2 * 7); // two layers, A and B of seven matrices
    await followGolden(trainer, golden);
    await sameMoves(trainer, await readSafetensors(goldenPath("train-lora-gqa.safetensors")));
  });

  it("another seed of dropout, or none, loses otherwise", async () => {
    const golden = readGolden("gqa");
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
    const golden = readGolden("qwen2");
    const tensors = await readSafetensors(goldenPath("train-lora-qwen2.safetensors"));
    const path = await startingAdapter(tensors);
    using trainer = await openTrainer(goldenFolder("qwen2"), { adapter: { path } });
    await followGolden(trainer, golden);
    await sameMoves(trainer, tensors);
  });

  /** PEFT's fresh adapter as a folder that was written here. */
  async function startingAdapter(tensors: ReadonlyMap<string, StoredTensor>): Promise<string> {
    const { saveAdapter } = await import("../../src/train/trained-adapter.ts");
    const before = [...tensors.values()].filter(({ name }) => name.startsWith("before."));
    const named = await Promise.all(
      before.map(
        async (stored) => [stored.name.slice("before.base_model.model.".length), await readFloats(stored)] as const,
      ),
    );
    const settings = { rank: 8, alpha: 32, dropout: 0, targets: ["q_proj", "v_proj", "down_proj", "up_proj"] };
    const path = join(folder, "start");
    await saveAdapter(path, { settings, base: goldenFolder("qwen2"), tensors: new Map(named) });
    return path;
  }
});
