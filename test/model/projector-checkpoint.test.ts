import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { writeSafetensors } from "../../src/data/safetensors-writer.ts";
import { open, type OpenedModel } from "../../src/model/open.ts";
import { writeFirstStage, writeLanguageModel } from "./first-stage.ts";
import { llavaFolder, picturesOf, readLlavaGolden } from "./llava-golden.ts";

const paper = llavaFolder("paper");
const golden = readLlavaGolden("paper");

async function scoresOf(model: OpenedModel): Promise<readonly number[]> {
  const found = await model.loglikelihood(
    golden.scores.map(({ images, ...texts }) => ({ ...texts, images: picturesOf(golden, images) })),
  );
  return found.map(({ sumNats }) => sumNats);
}

describe("model/projector-checkpoint", () => {
  let folder: string;
  let languageModel: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-stages-"));
    languageModel = join(folder, "llama");
    await writeLanguageModel(languageModel);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("open() lays mm_projector.bin over the language model that it began with", async () => {
    const stage = join(folder, "stage-1");
    writeFirstStage(stage);
    using model = await open(stage, { languageModel });
    assert.deepEqual([model.seesImages, model.config.vocabularySize], [true, 262]);
    const found = await scoresOf(model);
    // The three new words of the output are means here: they move the sum of all odds, and so every score a little.
    found.forEach((sumNats, i) => {
      assert.ok(Math.abs(sumNats - (golden.scores[i]?.sumNats ?? NaN)) < 0.3, `request ${i}: ${sumNats}`);
    });
    const requests = golden.written.map(({ text, images }) => ({
      context: text,
      images: picturesOf(golden, images),
      stop: [],
      maxNewTokens: 12,
    }));
    const written = await model.generate(requests);
    assert.deepEqual(
      written.map(({ text }) => text),
      golden.written.map(({ ids }) => model.tokenizer.decode(ids, { skipSpecialTokens: true })),
    );
  });

  it("a language model or a tower with other bytes is another model", async () => {
    const stage = join(folder, "stage-1");
    writeFirstStage(stage);
    const memory = { recall: () => undefined, remember: () => Promise.resolve() };
    const fingerprint = async (): Promise<string | undefined> => {
      using model = await open(stage, { languageModel });
      return await model.fingerprint?.(memory);
    };
    const found = [await fingerprint()];
    writeFileSync(join(languageModel, "generation_config.json"), "{}");
    found.push(await fingerprint());
    writeFileSync(join(stage, "tower", "generation_config.json"), "{}");
    found.push(await fingerprint());
    assert.equal(new Set(found).size, 3);
  });

  it("open() names mm_projector.bin where it is not there", async () => {
    const stage = join(folder, "stage-1");
    mkdirSync(stage);
    cpSync(join(paper, "config.json"), join(stage, "config.json"));
    await assert.rejects(open(stage, { languageModel }), {
      name: "ModelFormatError",
      message: `Cannot open checkpoint at "${stage}": expected a file mm_projector.bin, got none`,
    });
  });

  it("open() takes projector and words of LLaVA's LoRA training from non_lora_trainables.bin, or not", async () => {
    const adapter = join(folder, "lora");
    cpSync(join(paper, "lora"), adapter, { recursive: true });
    for (const name of ["config.json", "tower"]) cpSync(join(paper, name), join(adapter, name), { recursive: true });
    const settings = { peft_type: "LORA", r: 2, lora_alpha: 4, target_modules: ["q_proj"], task_type: "CAUSAL_LM" };
    writeFileSync(join(adapter, "adapter_config.json"), JSON.stringify(settings));
    const pairs = [0, 1].flatMap((layer) =>
      (["A", "B"] as const).map((side): [string, Tensor] => {
        const name = `base_model.model.model.layers.${layer}.self_attn.q_proj.lora_${side}.weight`;
        return [name, tensor("f32", side === "A" ? [2, 24] : [24, 2], new Float32Array(48).fill(side === "A" ? 1 : 0))];
      }),
    );
    await writeSafetensors(join(adapter, "adapter_model.safetensors"), new Map(pairs)); // B of zeros changes nothing
    using whole = await open(languageModel, { adapter: { path: adapter, nonLoraTrainables: true } });
    assert.equal(whole.seesImages, true);
    (await scoresOf(whole)).forEach((sumNats, i) => {
      assert.ok(Math.abs(sumNats - (golden.scores[i]?.sumNats ?? NaN)) < 1e-4, `request ${i}: ${sumNats}`);
    });
    using text = await open(languageModel, { adapter });
    assert.equal(text.seesImages, undefined);
    await assert.rejects(scoresOf(text), { name: "TypeError" });
  });

  it("open() lays an adapter over a LLaVA's decoder", async () => {
    const adapter = join(folder, "lora");
    mkdirSync(adapter);
    const settings = { peft_type: "LORA", r: 2, lora_alpha: 4, target_modules: ["q_proj"], task_type: "CAUSAL_LM" };
    writeFileSync(join(adapter, "adapter_config.json"), JSON.stringify(settings));
    const write = async (value: number): Promise<void> => {
      const pairs = [0, 1].flatMap((layer) =>
        (["A", "B"] as const).map((side): [string, Tensor] => [
          `base_model.model.model.layers.${layer}.self_attn.q_proj.lora_${side}.weight`,
          tensor("f32", side === "A" ? [2, 24] : [24, 2], new Float32Array(48).fill(side === "A" ? 1 : value)),
        ]),
      );
      await writeSafetensors(join(adapter, "adapter_model.safetensors"), new Map(pairs));
    };
    for (const name of ["hf", "paper"] as const) {
      const { scores } = readLlavaGolden(name);
      const request = { ...scores[0], context: scores[0]?.context ?? "", continuation: scores[0]?.continuation ?? "" };
      const asked = { ...request, images: picturesOf(readLlavaGolden(name), [0]) };
      for (const value of [0, 1]) {
        await write(value);
        using model = await open(llavaFolder(name), { adapter });
        const [score] = await model.loglikelihood([asked]);
        const difference = Math.abs((score?.sumNats ?? NaN) - (scores[0]?.sumNats ?? NaN));
        assert.ok(value === 0 ? difference < 1e-4 : difference > 1e-2, `${name} ${value}: ${difference}`);
      }
    }
  });
});
