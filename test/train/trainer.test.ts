import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { open } from "../../src/model/open.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";
import { openTrainer } from "../../src/train/trainer.ts";
import { goldenFolder } from "../model/golden-checkpoint.ts";
import {
  followGolden,
  goldenTensors,
  norm,
  readTrainingGolden,
  relative,
  sameMoves,
  unmovedNames,
} from "./training-golden.ts";

describe("train/trainer", () => {
  for (const variant of ["mha", "gqa", "tied", "qwen2"] as const) {
    it(`fifty steps on the ${variant} checkpoint lose what PyTorch loses, to 1e-4 at each, and move every tensor alike`, async () => {
      const golden = readTrainingGolden(`train-${variant}`);
      const { weightDecay, maxGradientNorm } = golden.options;
      using trainer = await openTrainer(goldenFolder(variant), { optimizer: { weightDecay, maxGradientNorm } });
      await followGolden(trainer, golden);
      assert.deepEqual(unmovedNames(golden), []);
      const before = await readCheckpointTensors(goldenFolder(variant));
      await sameMoves(trainer, { before, after: await goldenTensors(`train-${variant}.safetensors`) });
    });
  }

  it("only what is to be trained moves", async () => {
    const { batches, losses } = readTrainingGolden("train-gqa");
    const name = "model.layers.1.mlp.up_proj.weight";
    using trainer = await openTrainer(goldenFolder("gqa"), { trains: (candidate) => candidate === name });
    assert.deepEqual(trainer.trained, [name]);
    const first = trainer.weight(name).data as Float32Array;
    const results = [];
    for (let step = 0; step < 10; step++) results.push(await trainer.step(batches[0] ?? [], 1e-2));
    assert.ok(relative(results[0]?.lossNats ?? NaN, losses[0] ?? NaN) < 1e-4);
    assert.ok((results.at(-1)?.lossNats ?? NaN) < 0.9 * (losses[0] ?? NaN));
    const last = trainer.weight(name).data as Float32Array;
    assert.ok(norm(last.map((value, i) => value - (first[i] ?? NaN))) > 0.1);
    assert.throws(() => trainer.weight("lm_head.weight"), { name: "TypeError" });
  });

  it("save() writes a folder that opens with the trained weights", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-trainer-"));
    const [start, saved] = [join(folder, "start"), join(folder, "saved")];
    try {
      await writeRandomCheckpoint(start, { seed: 0 });
      using before = await open(start);
      const { encode } = before.tokenizer;
      const text = "Spain won.";
      const examples = [{ ids: encode(text), labels: encode(text) }];
      using trainer = await openTrainer(start, { trains: (name) => name.includes("mlp") });
      for (let step = 0; step < 20; step++) await trainer.step(examples, 1e-2);
      const saving = trainer.save(saved);
      await assert.rejects(trainer.step(examples, 1e-2), /^Error: Cannot step: expected the saving under way/);
      await saving;
      using after = await open(saved);
      const request = [{ context: text.slice(0, 1), continuation: text.slice(1) }];
      const [[untrained], [trained]] = [await before.loglikelihood(request), await after.loglikelihood(request)];
      const { lossNats } = await trainer.step(examples, 0);
      assert.ok(relative((trained?.sumNats ?? NaN) / -(text.length - 1), lossNats) < 1e-4);
      assert.ok((trained?.sumNats ?? NaN) > 0.5 * (untrained?.sumNats ?? NaN), String(trained?.sumNats));
      await assert.rejects(trainer.save(start), { name: "RangeError" });
      assert.deepEqual((await readdir(saved)).sort(), (await readdir(start)).sort());
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("a learning rate of zero leaves the weights as they are", async () => {
    const { batches } = readTrainingGolden("train-tied");
    using trainer = await openTrainer(goldenFolder("tied"));
    const before = trainer.weight("model.norm.weight");
    await trainer.step(batches[0] ?? [], 0);
    assert.deepEqual(trainer.weight("model.norm.weight"), before);
  });

  it("what cannot be trained is named", async () => {
    await assert.rejects(openTrainer(goldenFolder("tied"), { trains: () => false }), {
      name: "TypeError",
      message: "Cannot train: expected at least one tensor to train, got none",
    });
    using trainer = await openTrainer(goldenFolder("tied"));
    await assert.rejects(trainer.step([], 1), { name: "RangeError" });
    await assert.rejects(trainer.step([{ ids: [1, 2], labels: [1] }], 1), {
      name: "RangeError",
      message: "Cannot train on example 0: expected as many labels as ids, at least one, got 2 ids and 1 labels",
    });
    await assert.rejects(trainer.step([{ ids: [1, 2], labels: [1, -100] }], 1), {
      name: "RangeError",
      message: "Cannot train: expected at least one label that counts, got none",
    });
    assert.equal(trainer.stepCount, 0);
  });
});
