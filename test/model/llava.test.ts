import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";

import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readFloats, readSafetensors } from "../../src/data/safetensors.ts";
import { writeSafetensors } from "../../src/data/safetensors-writer.ts";
import { readTokenizer } from "../../src/data/tokenizer.ts";
import { emit } from "../../src/graph/emit.ts";
import { configFields, type Fields, readConfig } from "../../src/model/config-fields.ts";
import { openEyes, type Sight, sightGraph } from "../../src/model/eyes.ts";
import { llamaGraph } from "../../src/model/llama.ts";
import { readSight } from "../../src/model/llava.ts";
import { readLlavaConfig } from "../../src/model/llava-config.ts";
import { pictureEncoder } from "../../src/model/llava-prompt.ts";
import { llavaTensors } from "../../src/model/llava-weights.ts";
import { mergeAdapter } from "../../src/model/merge-adapter.ts";
import { open, type OpenedModel } from "../../src/model/open.ts";
import { mappedWeights, type Weights } from "../../src/model/weights.ts";
import { createSession } from "../../src/runtime/session.ts";
import { llavaFolder, type LlavaGolden, type LlavaName, llavas, picturesOf, readLlavaGolden } from "./llava-golden.ts";
import { type Change, worstDifference } from "./llava-logits.ts";

const signal = new AbortController().signal;
const resizing = "pillow-13"; // the goldens'

function worstLogits(name: LlavaName, folder: string, change?: Change): Promise<number> {
  return worstDifference(folder, { ...readLlavaGolden(name), change });
}

/** A copy of a checkpoint whose tensors and config.json are renamed. */
async function copyRenamed(
  name: LlavaName,
  into: string,
  change: { readonly rename: (name: string) => string; readonly config: (config: Record<string, unknown>) => unknown },
): Promise<void> {
  const from = llavaFolder(name);
  cpSync(from, into, { recursive: true });
  const tensors = await readCheckpointTensors(from);
  const renamed = new Map<string, Tensor<"f32">>();
  for (const stored of tensors.values()) renamed.set(change.rename(stored.name), await readFloats(stored));
  for (const file of ["model.safetensors", "pytorch_model.bin"]) rmSync(join(into, file), { force: true });
  await writeSafetensors(join(into, "model.safetensors"), renamed);
  const file = join(into, "config.json");
  const config = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>; // an object, as transformers wrote it
  writeFileSync(file, JSON.stringify(change.config(config)));
}

/** Drops all other tensors of a checkpoint. */
async function keepTensors(folder: string, kept: RegExp): Promise<void> {
  const tensors = new Map<string, Tensor<"f32">>();
  for (const [name, stored] of await readCheckpointTensors(folder)) {
    if (kept.test(name)) tensors.set(name, await readFloats(stored));
  }
  await writeSafetensors(join(folder, "model.safetensors"), tensors);
}

describe("model/llava", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-llava-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of llavas) {
    it(`logits of ${name} agree with transformers to 1e-4, with one picture, two and none`, async () => {
      const worst = await worstLogits(name, llavaFolder(name));
      assert.ok(worst < 1e-4, String(worst));
    });

    describe(`open() of ${name}`, () => {
      const golden = readLlavaGolden(name);
      let model: OpenedModel;

      before(async () => {
        model = await open(llavaFolder(name), { resizing });
      });

      after(() => {
        model[Symbol.dispose]();
      });

      it("scores continuations of texts with pictures as transformers does", async () => {
        assert.equal(model.seesImages, true);
        const requests = golden.scores.map(({ images, ...texts }) => ({
          ...texts,
          images: picturesOf(golden, images),
        }));
        const told: number[] = [];
        const found = await model.loglikelihood(requests, { onScored: (index) => told.push(index) });
        found.forEach((score, i) => {
          assert.ok(Math.abs(score.sumNats - (golden.scores[i]?.sumNats ?? NaN)) < 1e-4, `request ${i}`);
          assert.equal(score.isGreedy, golden.scores[i]?.isGreedy);
        });
        assert.deepEqual(
          told.toSorted((a, b) => a - b),
          requests.map((_, i) => i),
        );
      });

      it("writes after pictures what transformers writes", async () => {
        const requests = golden.written.map(({ text, images }) => ({
          context: text,
          images: picturesOf(golden, images),
          stop: [],
          maxNewTokens: 12,
        }));
        const found = await model.generate(requests);
        const wanted = golden.written.map(({ ids }) => model.tokenizer.decode(ids, { skipSpecialTokens: true }));
        assert.deepEqual(
          found.map(({ text }) => text),
          wanted,
        );
      });
    });
  }

  it("a text alone gets exactly the numbers of the language model alone", async () => {
    await copyRenamed("hf", folder, {
      rename: (name) => name.replace("language_model.", ""),
      config: ({ text_config: text }) => ({ ...(text as object), architectures: ["LlamaForCausalLM"] }),
    });
    await keepTensors(folder, /^(model\.|lm_head\.)/u);
    const requests = ["yes", "no", "perhaps"].flatMap((continuation) =>
      ["Is the sky blue? ", "Is grass red? A:"].map((context) => ({ context, continuation })),
    );
    using alone = await open(folder);
    using seeing = await open(llavaFolder("hf"));
    assert.equal(alone.seesImages, undefined);
    assert.deepEqual(await seeing.loglikelihood(requests), await alone.loglikelihood(requests));
    const texts = requests.map(({ context }) => ({ context, stop: [], maxNewTokens: 9 }));
    assert.deepEqual(await seeing.generate(texts), await alone.generate(texts));
    const ids = [[1, 5, 9, 200]];
    assert.deepEqual(await seeing.logits(ids), await alone.logits(ids));
    const where = { layer: 1, head: 0 };
    assert.deepEqual(await seeing.attention("Is it?", where), await alone.attention("Is it?", where));
  });

  describe("an adapter of PEFT over the language model, with a projector", () => {
    const adapter = fileURLToPath(new URL("../golden/lora-llava", import.meta.url));
    const lora = JSON.parse(readFileSync(`${adapter}.json`, "utf8")) as Pick<LlavaGolden, "step" | "prompts">; // lora.py
    const golden = { ...lora, pictures: readLlavaGolden("hf").pictures };

    it("gives PEFT's logits, and its projector others", async () => {
      const worst = await worstDifference(llavaFolder("hf"), { ...golden, adapter });
      assert.ok(worst < 1e-4, String(worst));
      assert.ok((await worstDifference(llavaFolder("hf"), golden)) > 0.1);
    });

    it("scores in open() as what mergeAdapter() wrote, which has PEFT's logits too", async () => {
      const merged = join(folder, "merged");
      await mergeAdapter(merged, { base: llavaFolder("hf"), adapter });
      const worst = await worstDifference(merged, golden);
      assert.ok(worst < 1e-4, String(worst));
      const { scores, ...pictures } = readLlavaGolden("hf");
      const asked = scores.map(({ images, ...texts }) => ({ ...texts, images: picturesOf(pictures, images) }));
      using laid = await open(llavaFolder("hf"), { adapter });
      using whole = await open(merged);
      const [found, wanted] = [await laid.loglikelihood(asked), await whole.loglikelihood(asked)];
      found.forEach(({ sumNats }, i) => {
        assert.ok(Math.abs(sumNats - (wanted[i]?.sumNats ?? NaN)) < 1e-4, `request ${i}`);
      });
    });

    it("is refused where it adapts the tower", async () => {
      cpSync(adapter, folder, { recursive: true });
      const tensors = new Map<string, Tensor<"f32">>();
      for (const [name, stored] of await readSafetensors(join(folder, "adapter_model.safetensors"))) {
        tensors.set(name.replace("language_model.layers", "vision_tower.encoder.layers"), await readFloats(stored));
      }
      await writeSafetensors(join(folder, "adapter_model.safetensors"), tensors);
      await assert.rejects(open(llavaFolder("hf"), { adapter: folder }), {
        name: "ModelFormatError",
        message: /expected adapters of the language model, got another$/,
      });
    });
  });

  describe("layouts", () => {
    it("reads the tensor names of other versions of transformers", async () => {
      await copyRenamed("hf", folder, {
        rename: (name) =>
          name.startsWith("language_model.lm_head.")
            ? name.replace("language_model.", "")
            : `model.${name.replace("language_model.model.", "language_model.").replace("vision_tower.", "vision_tower.vision_model.")}`,
        config: (config) => config,
      });
      const worst = await worstLogits("hf", folder);
      assert.ok(worst < 1e-4, String(worst));
      using model = await open(folder, { resizing });
      assert.equal(model.seesImages, true);
    });

    it("reads a checkpoint of TinyLLaVA Factory", async () => {
      await copyRenamed("tiny", folder, {
        rename: (name) =>
          name
            .replace(/^vision_tower\./u, "vision_tower._vision_tower.vision_model.")
            .replace("multi_modal_projector.linear_1.", "connector._connector.0.")
            .replace("multi_modal_projector.linear_2.", "connector._connector.2."),
        config: ({ text_config, vision_config }) => ({
          model_type: "tinyllava",
          architectures: ["TinyLlavaForConditionalGeneration"],
          connector_type: "mlp2x_gelu",
          vision_feature_layer: -2,
          vision_feature_select_strategy: "patch",
          image_aspect_ratio: "square",
          image_token_index: -200,
          text_config: { ...(text_config as object), tie_word_embeddings: true },
          vision_config,
        }),
      });
      const worst = await worstLogits("tiny", folder);
      assert.ok(worst < 1e-4, String(worst));
      const requests = readLlavaGolden("tiny").scores;
      using model = await open(folder, { resizing });
      const [score] = await model.loglikelihood([
        {
          ...requests[0],
          context: "Q: <image>\nIs it red? A:",
          continuation: " yes",
          images: picturesOf(readLlavaGolden("tiny"), [0]),
        },
      ]);
      assert.ok(Math.abs((score?.sumNats ?? NaN) - (requests[0]?.sumNats ?? NaN)) < 1e-4);
    });

    it("reads LLaVA-1.5 in the layout of the original code, with a tower elsewhere and a padded square", async () => {
      const place = join(folder, "llava");
      await copyRenamed("hf", place, {
        rename: (name) =>
          name
            .replace("language_model.", "")
            .replace(/^vision_tower\./u, "model.vision_tower.vision_tower.vision_model.")
            .replace("multi_modal_projector.linear_1.", "model.mm_projector.0.")
            .replace("multi_modal_projector.linear_2.", "model.mm_projector.2."),
        config: ({ text_config: text }) => ({
          ...(text as object),
          model_type: "llava_llama",
          architectures: ["LlavaLlamaForCausalLM"],
          mm_vision_tower: join(folder, "tower"),
          mm_hidden_size: 24,
          mm_projector_type: "mlp2x_gelu",
          image_aspect_ratio: "pad",
          mm_use_im_start_end: false,
          mm_use_im_patch_token: false,
        }),
      });
      rmSync(join(place, "processor_config.json"));
      cpSync(join(llavaFolder("paper"), "tower"), join(folder, "tower"), { recursive: true });
      const tower = new Map<string, Tensor<"f32">>();
      for (const [name, stored] of await readCheckpointTensors(llavaFolder("hf"))) {
        if (name.startsWith("vision_tower.")) {
          tower.set(name.replace("vision_tower.", "vision_model."), await readFloats(stored));
        }
      }
      await writeSafetensors(join(folder, "tower", "model.safetensors"), tower);
      const worst = await worstLogits("hf", place);
      assert.ok(worst < 1e-4, String(worst));
    });
  });

  describe("options", () => {
    const projectorOf = (change: Partial<Sight["projector"]["config"]>) => (sight: Sight) => ({
      ...sight,
      projector: { ...sight.projector, config: { ...sight.projector.config, ...change } },
    });
    const towerOf = (change: Partial<Sight["tower"]>) => (sight: Sight) => ({
      ...sight,
      tower: { ...sight.tower, ...change },
    });
    const withoutBias =
      (weights: Weights): Weights =>
      (graph, name, shape) =>
        name.endsWith(".bias")
          ? graph.constant(tensor("f32", shape, new Float32Array(shape.reduce((product, size) => product * size, 1))))
          : weights(graph, name, shape);
    const ablations: readonly [LlavaName, string, Change][] = [
      ["hf", "the last hidden state", { config: { layer: -1 } }],
      ["paper", "the last hidden state", { config: { layer: -1 } }],
      ["hf", "no GELU in the projector", { sight: projectorOf({ activation: "linear" }) }],
      ["hf", "quick GELU in the projector", { sight: projectorOf({ activation: "quick_gelu" }) }],
      [
        "hf",
        "no padding to a square",
        { sight: (sight) => ({ ...sight, processor: { ...sight.processor, square: "crop" } }) },
      ],
      [
        "paper",
        "padding to a square",
        { sight: (sight) => ({ ...sight, processor: { ...sight.processor, square: "pad" } }) },
      ],
      [
        "paper",
        "exact GELU in the tower",
        { sight: (sight) => towerOf({ config: { ...sight.tower.config, activation: "gelu" } })(sight) },
      ],
      [
        "paper",
        "no bias in the projector",
        {
          sight: (sight) => ({
            ...sight,
            projector: { ...sight.projector, weights: withoutBias(sight.projector.weights) },
          }),
        },
      ],
      [
        "tiny",
        "Pillow 12's resizing",
        { sight: (sight) => ({ ...sight, processor: { ...sight.processor, resizing: "pillow-12" } }) },
      ],
    ];
    for (const [name, what, change] of ablations) {
      it(`${what} moves the logits of ${name} by over 1e-3`, async () => {
        const worst = await worstLogits(name, llavaFolder(name), change);
        assert.ok(worst > 1e-3, String(worst));
      });
    }

    for (const name of llavas) {
      it(`keeping the first token gives ${name} another number of rows`, async () => {
        await assert.rejects(worstLogits(name, llavaFolder(name), { config: { dropFirst: false } }), {
          name: "AssertionError",
        });
      });
    }

    it("leaving out <im_start> and <im_end>, or BOS, gives other ids", async () => {
      const config = readLlavaConfig(await readConfig(llavaFolder("paper")));
      const tokenizer = await readTokenizer(llavaFolder("paper"));
      const parts = { tokenizer, vocabularySize: 262, folder: "paper" };
      const text = "Human: <image>\nHi";
      const start = pictureEncoder({ ...parts, placeholder: config.placeholder })(text, [[-200]]);
      assert.deepEqual(start.slice(0, 2), [1, ...tokenizer.encode("H")]);
      assert.deepEqual(start.slice(7), [260, -200, 261, ...tokenizer.encode("Hi")]);
      const placeholder = { kind: "gap", usesStartEnd: false, usesPatchToken: true } as const;
      const plain = pictureEncoder({ ...parts, placeholder })(text, [[-200]]);
      assert.deepEqual(plain.slice(7), [...tokenizer.encode(" "), -200, ...tokenizer.encode("\nHi")]);
    });
  });

  describe("bad input", () => {
    const golden = readLlavaGolden("hf");
    const [picture = new Uint8Array()] = picturesOf(golden, [0]);
    let model: OpenedModel;

    before(async () => {
      model = await open(llavaFolder("hf"), { resizing });
    });

    after(() => {
      model[Symbol.dispose]();
    });

    it("names the request and the picture that is none", async () => {
      const requests = [
        { context: "<image>", continuation: "a", images: [picture] },
        { context: "<image> <image>", continuation: "a", images: [picture, new Uint8Array([1, 2, 3])] },
      ];
      await assert.rejects(model.loglikelihood(requests), {
        name: "DataFormatError",
        message:
          'Cannot decode image at "picture 1 of request 1": expected a PNG, JPEG or WebP image, got 3 bytes that start with 01 02 03',
      });
    });

    it("names the request whose markers are not as many as its pictures", async () => {
      const request = { context: "what <image> and <image>?", images: [picture], stop: [], maxNewTokens: 2 };
      await assert.rejects(model.generate([request]), {
        name: "RangeError",
        message: "Cannot read request 0: expected <image> in its context once for each of 1 pictures, got it 2 times",
      });
      const wrong = { context: "<image>", continuation: "a", images: ["picture.png" as unknown as Uint8Array] };
      await assert.rejects(model.loglikelihood([wrong]), {
        name: "TypeError",
        message: "Cannot read request 0: expected pictures as bytes (Uint8Array), got another kind",
      });
    });

    it("keeps the numbers of requests where their pictures come in several groups", async () => {
      const many = Array.from({ length: 20 }, (_, i) => ({
        context: "<image>?",
        continuation: i === 19 ? "" : "a",
        images: [Uint8Array.from([...picture, i])],
      }));
      await assert.rejects(model.loglikelihood(many), { name: "RangeError", message: /^Cannot score request 19 / });
      const found = await model.loglikelihood(many.slice(0, 19));
      assert.equal(new Set(found.map(({ sumNats }) => sumNats.toFixed(4))).size, 1);
      const told: number[] = [];
      const asked = many.slice(0, 18).map(({ context, images }) => ({ context, images, stop: [], maxNewTokens: 1 }));
      await model.generate(asked, { onGenerated: (index) => told.push(index) });
      assert.deepEqual(
        told.toSorted((a, b) => a - b),
        asked.map((_, i) => i),
      );
    });

    it("texts about one picture give the same numbers, however often it was read", async () => {
      const score = async (images: readonly Uint8Array[]): Promise<readonly number[]> => {
        const asked = images.map((image, i) => ({ context: "<image> is it?", continuation: `${i}`, images: [image] }));
        return (await model.loglikelihood(asked)).map(({ sumNats }) => sumNats);
      };
      const copies = [picture, Uint8Array.from(picture), Uint8Array.from(picture)];
      assert.deepEqual(await score(copies), await score([picture, picture, picture]));
    });

    it("a picture may be streamed about, and stopped", async () => {
      const request = { context: "Human: <image>\nWhat is it?###", images: [picture], stop: [], maxNewTokens: 12 };
      const [whole] = await model.generate([request]);
      const pieces: string[] = [];
      for await (const piece of model.stream(request)) pieces.push(piece);
      assert.equal(pieces.join(""), whole?.text);
      await assert.rejects(model.generate([request], { signal: AbortSignal.abort() }), { name: "AbortError" });
    });

    it("a prompt that its pictures make too long is an error, or is cut on the left", async () => {
      const context = `${"<image>".repeat(10)} what?`;
      const request = { context, continuation: "a", images: Array.from({ length: 10 }, () => picture) };
      await assert.rejects(model.loglikelihood([request]), {
        name: "RangeError",
        message: 'Cannot score request 0 ("a"): expected at most 161 tokens, or truncation "left", got 168',
      });
      const [score] = await model.loglikelihood([request], { truncation: "left" });
      assert.equal(score?.truncatedTokens, 7);
    });

    it("a language model without eyes says so", async () => {
      const request = { context: "<image>", continuation: "a", images: [picture] };
      await copyRenamed("tiny", folder, {
        rename: (name) => name.replace("language_model.", ""),
        config: ({ text_config: text }) => ({ ...(text as object), tie_word_embeddings: true }),
      });
      await keepTensors(folder, /^model\./u);
      using alone = await open(folder);
      await assert.rejects(alone.loglikelihood([request]), {
        name: "TypeError",
        message: "Cannot score request 0: expected text alone, as this model sees no pictures, got 1 pictures",
      });
    });

    const contradictions: readonly [string, (config: Record<string, unknown>) => unknown, RegExp][] = [
      [
        "a tower of another width",
        (config) => ({ ...config, vision_config: { ...(config.vision_config as object), hidden_size: 48 } }),
        /^Cannot read tensor "vision_tower.embeddings.patch_embedding.weight" at .* expected \[48,3,7,7\] as config.json says, got \[24,3,7,7\]$/,
      ],
      [
        "more layers than there are",
        (config) => ({ ...config, vision_config: { ...(config.vision_config as object), num_hidden_layers: 9 } }),
        /^Cannot read tensor "vision_tower.encoder.layers.3.*expected .* as config.json says, got a checkpoint without it$/,
      ],
      [
        "a hidden state that is not there",
        (config) => ({ ...config, vision_feature_layer: -7 }),
        /^Cannot choose hidden state -7: expected one of \[-4, 3\], as there are 3 layers$/,
      ],
      [
        "an activation that is not offered",
        (config) => ({ ...config, projector_hidden_act: "relu" }),
        /field "projector_hidden_act" .* expected gelu, .*, got "relu"$/,
      ],
      [
        "an image token that the tokenizer has not",
        (config) => ({ ...config, image_token_index: 7 }),
        /^Cannot open tokenizer at .*: expected "<image>" with the id 7 as config.json says, got 259$/,
      ],
      [
        "a selection that is not offered",
        (config) => ({ ...config, vision_feature_select_strategy: "mean" }),
        /field "vision_feature_select_strategy" .* got "mean"$/,
      ],
      [
        "pictures of another size than the tower's",
        (config) => ({ ...config, vision_config: { ...(config.vision_config as object), image_size: 29 } }),
        /^Cannot read an image processor at .*processor_config.json": expected images of 29 pixels as config.json says, got 28$/,
      ],
    ];
    for (const [what, config, message] of contradictions) {
      it(`open() rejects ${what}`, async () => {
        await copyRenamed("hf", folder, { rename: (name) => name, config });
        await assert.rejects(open(folder), (error) => {
          assert.ok(error instanceof Error);
          assert.match(error.message, message);
          return true;
        });
      });
    }

    it("a config.json with any numbers gives a graph or a clear error", async () => {
      const original = JSON.parse(readFileSync(join(llavaFolder("hf"), "config.json"), "utf8")) as Fields; // ours
      const tensors = llavaTensors(await readCheckpointTensors(llavaFolder("hf")));
      const parts = ["text_config", "vision_config"] as const;
      const places = parts.flatMap((part) =>
        Object.entries(original[part] as Fields).flatMap(([name, value]) =>
          typeof value === "number" ? [{ part, name }] : [],
        ),
      );
      const number = fc.oneof(fc.integer({ min: -2, max: 64 }), fc.double(), fc.constantFrom(null, "7", [1], 2 ** 40));
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), number, async ({ part, name }, value) => {
          const changed = { ...original, [part]: { ...(original[part] as Fields), [name]: value } };
          try {
            const config = readLlavaConfig(configFields(changed, "config.json"));
            const folder = llavaFolder("hf");
            const sight = await readSight(folder, { config, parts: tensors, options: {} });
            sightGraph(sight);
            llamaGraph(config.language, mappedWeights(tensors.language, folder).weights);
          } catch (error) {
            assert.ok(error instanceof SyntaxError || error instanceof RangeError, String(error));
            assert.match(error.message, /^Cannot (read|choose) .+ expected .+, got .+/u);
          }
        }),
        { numRuns: 150, seed: 3 },
      );
    });

    it("an original checkpoint answers texts where its tower is not there, and says so at the first picture", async () => {
      cpSync(llavaFolder("paper"), folder, { recursive: true });
      rmSync(join(folder, "tower"), { recursive: true });
      using paper = await open(folder, { hub: { isOffline: true, cache: join(folder, "none") } });
      const [score] = await paper.loglikelihood([{ context: "Is the sky blue?", continuation: " yes" }]);
      assert.ok(Math.abs((score?.sumNats ?? NaN) - (readLlavaGolden("paper").scores[4]?.sumNats ?? NaN)) < 1e-4);
      await assert.rejects(paper.loglikelihood([{ context: "<image>", continuation: "a", images: [picture] }]), {
        name: "ModelFormatError",
        message: /^Cannot find the vision tower "tower" of ".+": expected .+, got none$/,
      });
      using given = await open(folder, { visionTower: join(llavaFolder("paper"), "tower") });
      const [seen] = await given.loglikelihood([{ context: "<image>", continuation: "a", images: [picture] }]);
      assert.ok(Number.isFinite(seen?.sumNats));
    });
  });

  it("eyes look at a picture once", async () => {
    const config = readLlavaConfig(await readConfig(llavaFolder("hf")));
    const parts = llavaTensors(await readCheckpointTensors(llavaFolder("hf")));
    const sight = await readSight(llavaFolder("hf"), { config, parts, options: {} });
    const session = await createSession(emit(sightGraph(sight)));
    using eyes = openEyes(sight, session);
    const pictures = picturesOf(readLlavaGolden("hf"), [0, 1, 0]).map((image) => ({ image, name: "one" }));
    const [first, second, third] = await eyes.look(pictures, signal);
    assert.equal(session.figures.runs, 1);
    assert.deepEqual(third, first);
    assert.notDeepEqual(second, first);
    await eyes.look(pictures, signal);
    assert.equal(session.figures.runs, 1);
    const stopped = AbortSignal.abort();
    const fresh = [{ image: Uint8Array.from([...(pictures[0]?.image ?? []), 0]), name: "one" }];
    await assert.rejects(eyes.look(fresh, stopped), { name: "AbortError" });
  });
});
