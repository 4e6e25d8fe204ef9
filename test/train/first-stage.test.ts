import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readConfig } from "../../src/model/config-fields.ts";
import { readLlavaConfig } from "../../src/model/llava-config.ts";
import { pictureEncoder } from "../../src/model/llava-prompt.ts";
import { open, type OpenedModel } from "../../src/model/open.ts";
import type { Example } from "../../src/train/examples.ts";
import { openTrainer, type Trainer } from "../../src/train/trainer.ts";
import { writeFirstStage, writeLanguageModel } from "../model/first-stage.ts";
import { picturesOf, readLlavaGolden } from "../model/llava-golden.ts";

const golden = readLlavaGolden("paper");
const request = golden.scores.find(({ images }) => images.length === 1) ?? assert.fail();
const images = picturesOf(golden, request.images);

/** Nats of the request's continuation by an opened model. */
async function scoreOf(model: OpenedModel): Promise<number> {
  const [score] = await model.loglikelihood([{ ...request, images }]);
  return score?.sumNats ?? NaN;
}

describe("train/first-stage", () => {
  let folder: string;
  let stage: string;
  let languageModel: string;
  let example: Example;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-first-stage-"));
    [stage, languageModel] = [join(folder, "stage"), join(folder, "llama")];
    writeFirstStage(stage);
    await writeLanguageModel(languageModel);
    const { placeholder } = readLlavaConfig(await readConfig(stage));
    using model = await open(stage, { languageModel });
    const { tokenizer, config } = model;
    const encode = pictureEncoder({ tokenizer, placeholder, vocabularySize: config.vocabularySize, folder: stage });
    const [context, ids] = [request.context, request.context + request.continuation].map((text) =>
      encode(text, [[-200]]),
    );
    assert.ok(context !== undefined && ids !== undefined);
    example = { ids, labels: ids.map((id, place) => (place < context.length ? -100 : id)), images };
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function untrainedScore(): Promise<number> {
    using model = await open(stage, { languageModel });
    return await scoreOf(model);
  }

  /** Nats of the request's continuation as the trainer sees it. */
  async function trainedScore(trainer: Trainer): Promise<number> {
    const { lossNats } = await trainer.step([example], 0);
    return -lossNats * example.labels.filter((label) => label !== -100).length;
  }

  it("the projector alone is trained over its language model, and what is saved opens with the same scores", async () => {
    const saved = join(folder, "saved");
    using trainer = await openTrainer(stage, { languageModel });
    assert.deepEqual(trainer.trained, ["multi_modal_projector.linear_1.weight", "multi_modal_projector.linear_1.bias"]);
    const before = await untrainedScore();
    assert.ok(Math.abs((await trainedScore(trainer)) - before) < 1e-4);
    for (let step = 0; step < 5; step++) await trainer.step([example], 1e-2);
    const after = await trainedScore(trainer);
    assert.ok(after > before + 0.1, `${before} and ${after}`);
    await trainer.save(saved);
    assert.deepEqual(readdirSync(saved).sort(), ["config.json", "mm_projector.safetensors", "tower"]);
    using model = await open(saved, { languageModel });
    assert.ok(Math.abs((await scoreOf(model)) - after) < 1e-4, String(await scoreOf(model)));
    using again = await openTrainer(saved, { languageModel });
    assert.ok(Math.abs((await trainedScore(again)) - after) < 1e-5);
    await assert.rejects(trainer.save(stage), { name: "RangeError" });
  });

  it("words that are trained with it are saved with it, those among them that the language model lacks", async () => {
    const saved = join(folder, "saved");
    const trains = (name: string): boolean => /^multi_modal_projector|embed_tokens/.test(name);
    using trainer = await openTrainer(stage, { languageModel, trains });
    assert.deepEqual(trainer.weight("model.embed_tokens.weight").shape, [262, 24]);
    const before = await untrainedScore();
    assert.ok(Math.abs((await trainedScore(trainer)) - before) < 1e-4);
    for (let step = 0; step < 5; step++) await trainer.step([example], 1e-2);
    await trainer.save(saved);
    using model = await open(saved, { languageModel });
    const [found, wanted] = [await scoreOf(model), await trainedScore(trainer)];
    assert.ok(Math.abs(found - wanted) < 1e-4, `${found} and ${wanted}`);
    using again = await openTrainer(saved, { languageModel, trains });
    const words = "model.embed_tokens.weight";
    assert.deepEqual(again.weight(words), trainer.weight(words));
    assert.ok(Math.abs((await trainedScore(again)) - wanted) < 1e-5);
  });

  it("a language model that is trained too is saved whole", async () => {
    const saved = join(folder, "saved");
    const trains = (name: string): boolean => /^multi_modal_projector|^model\.layers/.test(name);
    using trainer = await openTrainer(stage, { languageModel, trains });
    await trainer.step([example], 1e-2);
    await trainer.save(saved);
    using model = await open(saved);
    const [found, wanted] = [await scoreOf(model), await trainedScore(trainer)];
    assert.ok(Math.abs(found - wanted) < 1e-4, `${found} and ${wanted}`);
    assert.ok(Math.abs(found - (await untrainedScore())) > 0.1, `${found}`);
  });

  it("an adapter is trained over both", async () => {
    const adapter = join(folder, "adapter");
    using trainer = await openTrainer(stage, { languageModel, adapter: { rank: 2, alpha: 4, dropout: 0 } });
    for (let step = 0; step < 5; step++) await trainer.step([example], 1e-2);
    await trainer.saveAdapter(adapter);
    using model = await open(stage, { languageModel, adapter });
    const [found, wanted] = [await scoreOf(model), await trainedScore(trainer)];
    assert.ok(Math.abs(found - wanted) < 1e-4, `${found} and ${wanted}`);
    assert.ok(Math.abs(found - (await untrainedScore())) > 0.1, `${found}`);
  });

  it("a folder of the projector alone asks for its language model", async () => {
    const expected = {
      name: "ModelFormatError",
      message: `Cannot open checkpoint at "${stage}": expected \`languageModel\` beside mm_projector.bin, got none`,
    };
    await assert.rejects(openTrainer(stage), expected);
    await assert.rejects(open(stage), expected);
  });
});
