import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";
import type { Example } from "../../src/train/examples.ts";
import { openTrainer, type TrainerOptions } from "../../src/train/trainer.ts";
import { benchCheckpoint } from "../bench/model/checkpoint.ts";
import { goldenFolder } from "../model/golden-checkpoint.ts";

const { batches } = JSON.parse(readFileSync(new URL("../golden/train-gqa.json", import.meta.url), "utf8")) as {
  readonly batches: readonly (readonly Example[])[];
}; // written by test/golden/make/train.py
const adapter = { path: fileURLToPath(new URL("../golden/lora-gqa", import.meta.url)) };

interface Steps {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

async function sixSteps(variant: "gqa" | "tied", options: TrainerOptions): Promise<Steps> {
  using trainer = await openTrainer(goldenFolder(variant), options);
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < 6; step++) {
    const { lossNats, gradientNorm } = await trainer.step(batches[step % batches.length] ?? [], 1e-3);
    losses.push(lossNats);
    norms.push(gradientNorm);
  }
  return { losses, norms, weights: trainer.trained.map((name) => [...trainer.weight(name).data].map(Number)) };
}

function worst(found: readonly number[], wanted: readonly number[]): number {
  assert.equal(found.length, wanted.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? NaN))), 0);
}

/** The same steps: losses to 1e-6, gradients' norms to 1e-5, weights to a hundredth of a step. */
function assertSame(found: Steps, wanted: Steps): void {
  const scale = Math.min(...wanted.losses);
  assert.ok(worst(found.losses, wanted.losses) < 1e-6 * scale, `${found.losses.join()} ${wanted.losses.join()}`);
  assert.ok(worst(found.norms, wanted.norms) < 1e-5 * Math.max(...wanted.norms));
  found.weights.forEach((weight, i) => assert.ok(worst(weight, wanted.weights[i] ?? []) < 1e-4));
}

describe("train/step-options", () => {
  for (const variant of ["gqa", "tied"] as const) {
    it(`recomputed blocks and a loss in chunks train the ${variant} checkpoint as the plain graph does`, async () => {
      const plain = await sixSteps(variant, {});
      assertSame(await sixSteps(variant, { recompute: true }), plain);
      assertSame(await sixSteps(variant, { lossChunks: 3 }), plain);
      assertSame(await sixSteps(variant, { recompute: true, lossChunks: 5 }), plain);
    });
  }

  it("recomputed blocks and a loss in chunks train an adapter with dropout as the plain graph does", async () => {
    const plain = await sixSteps("gqa", { adapter, dropoutSeed: 3 });
    assertSame(await sixSteps("gqa", { adapter, dropoutSeed: 3, recompute: true, lossChunks: 2 }), plain);
  });

  it("micro-batches whose tokens are averaged train as the whole batch does", async () => {
    const plain = await sixSteps("gqa", {});
    assertSame(await sixSteps("gqa", { microBatch: 1, averages: "tokens" }), plain);
    assertSame(await sixSteps("gqa", { microBatch: 2 }), plain);
    const ofMeans = await sixSteps("gqa", { microBatch: 1 });
    assert.ok(worst(ofMeans.losses, plain.losses) > 1e-4); // the two sequences have unlike numbers of labels
  });

  it("clipping and weight decay do the same with micro-batches", async () => {
    const optimizer = { maxGradientNorm: 1, weightDecay: 0.01 };
    const plain = await sixSteps("tied", { optimizer });
    assertSame(await sixSteps("tied", { optimizer, microBatch: 1, averages: "tokens" }), plain);
    assert.ok(worst((await sixSteps("tied", {})).losses, plain.losses) > 1e-4);
  });

  it("options out of range are named", async () => {
    await assert.rejects(openTrainer(goldenFolder("gqa"), { lossChunks: 0 }), {
      name: "RangeError",
      message: "Cannot train: expected lossChunks to be an integer >= 1, got 0",
    });
    await assert.rejects(openTrainer(goldenFolder("gqa"), { adapter: { dropout: 1 } }), {
      name: "RangeError",
      message: "Cannot make an adapter: expected a dropout in [0, 1), got 1",
    });
    await assert.rejects(openTrainer(goldenFolder("gqa"), { adapter: { targets: ["nothing"] } }), {
      name: "TypeError",
      message: "Cannot make an adapter: expected targets that name a matrix, got none",
    });
  });

  it("recomputed blocks take at least half of the activations' memory away, with optimizations on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-recompute-"));
    try {
      await writeRandomCheckpoint(folder, { seed: 1, hiddenSize: 64, layerCount: 12, headCount: 4, kvHeadCount: 4 });
      const setting = { folder, batch: 2, length: 512, vocabulary: 250, steps: 1 };
      const [plain, recomputed] = [
        await oneStep({ ...setting, options: {} }),
        await oneStep({ ...setting, options: { recompute: true } }),
      ];
      assert.ok(Math.abs(plain.loss - recomputed.loss) < 1e-6 * plain.loss);
      const saved = (plain.bytes - recomputed.bytes) / plain.bytes;
      assert.ok(saved > 0.5, `${plain.bytes} and ${recomputed.bytes} bytes`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("a loss in chunks takes at least half of the logits' memory away, with optimizations on", async () => {
    const size = { hiddenSize: 64, intermediateSize: 176, layerCount: 2, headCount: 2, vocabularySize: 8192 };
    const [batch, length] = [4, 512];
    const folder = await benchCheckpoint({ ...size, batch, length });
    const setting = { folder, batch, length, vocabulary: size.vocabularySize, steps: 1 };
    const whole = await oneStep({ ...setting, options: {} });
    const inChunks = await oneStep({ ...setting, options: { lossChunks: 4 } });
    assert.ok(Math.abs(whole.loss - inChunks.loss) < 1e-6 * whole.loss);
    const logitsBytes = 4 * batch * length * size.vocabularySize;
    assert.ok(whole.bytes - inChunks.bytes > logitsBytes / 2, `${whole.bytes} and ${inChunks.bytes} bytes`);
  });

  /** Loss and bytes that a step took at most, above those of the opened trainer. */
  async function oneStep(setting: object): Promise<{ readonly loss: number; readonly bytes: number }> {
    const program = fileURLToPath(new URL("child/one-step.ts", import.meta.url));
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [
      "--expose-gc",
      "--import",
      "tsx",
      program,
      JSON.stringify(setting),
    ]);
    const { losses, peakBytes, openBytes } = JSON.parse(stdout) as {
      readonly losses: readonly number[];
      readonly peakBytes: number;
      readonly openBytes: number;
    }; // written by one-step.ts
    return { loss: losses[0] ?? NaN, bytes: peakBytes - openBytes };
  }
});
