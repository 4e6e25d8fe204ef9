import assert from "node:assert/strict";

import { elementCount, isStatic } from "../../src/base/shape.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { decodeImage } from "../../src/data/image/decode.ts";
import { preprocess } from "../../src/data/image/preprocess.ts";
import { readFloats, type StoredTensor } from "../../src/data/safetensors.ts";
import { readTokenizer } from "../../src/data/tokenizer.ts";
import { emit } from "../../src/graph/emit.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { imageFeatures, type Sight, sightWeights } from "../../src/model/eyes.ts";
import { imageRowIds } from "../../src/model/image-embedding.ts";
import { readSight } from "../../src/model/llava.ts";
import { type LlavaConfig, readLlavaConfig } from "../../src/model/llava-config.ts";
import { pictureEncoder } from "../../src/model/llava-prompt.ts";
import { llavaTensors } from "../../src/model/llava-weights.ts";
import { towerTensors } from "../../src/model/vision-weights.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession, type Session } from "../../src/runtime/session.ts";
import { gradientGraph } from "../../src/train/step-graph.ts";
import { llavaFolder, type LlavaGolden, picturesOf, readLlavaGolden } from "../model/llava-golden.ts";

interface Trained {
  readonly golden: LlavaGolden;
  readonly config: LlavaConfig;
  readonly sight: Sight;
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

async function openGolden(name: "hf" | "tiny"): Promise<Trained> {
  const folder = llavaFolder(name);
  const config = readLlavaConfig(await readConfig(folder));
  const parts = llavaTensors(await readCheckpointTensors(folder));
  const sight = await readSight(folder, { config, parts, options: { resizing: "pillow-13" } });
  const tensors = new Map([...parts.language, ...parts.projector, ...towerTensors(parts.tower, folder)]);
  return { golden: readLlavaGolden(name), config, sight, folder, tensors };
}

async function gradientSession(
  { config, sight, folder, tensors }: Trained,
  trains: (name: string) => boolean,
): Promise<Session> {
  const { weights } = mappedWeights(tensors, folder);
  const graph = gradientGraph({
    config: config.language,
    weights: sightWeights(sight, weights),
    trains,
    images: (builder, given) => imageFeatures(builder, sight, given),
  });
  return await createSession(emit(graph));
}

/** The golden's text as a batch of one, trained tensors as they lie in the checkpoint, sums of zeros. */
async function feedsOf(trained: Trained, session: Session): Promise<Record<string, Tensor>> {
  const { golden, config, sight, folder, tensors } = trained;
  const { text = "", images = [], targets = 0 } = golden.gradients ?? {};
  const tokenizer = await readTokenizer(folder);
  const { vocabularySize } = config.language;
  const places = images.map((_, i) =>
    imageRowIds(
      i * 16 - (sight.tower.config.kind === "siglip" ? i : 0),
      sight.tower.config.kind === "siglip" ? 15 : 16,
    ),
  );
  const ids = pictureEncoder({ tokenizer, placeholder: config.placeholder, vocabularySize, folder })(text, places);
  const T = ids.length - 1;
  const pixels = await Promise.all(
    picturesOf(golden, images).map(async (image) => preprocess(await decodeImage(image), sight.processor)),
  );
  const size = pixels[0]?.shape ?? [];
  const feeds: Record<string, Tensor> = {
    input_ids: tensor("i64", [1, T], BigInt64Array.from(ids.slice(0, T), BigInt)),
    position_ids: tensor(
      "i64",
      [1, T],
      BigInt64Array.from({ length: T }, (_, place) => BigInt(place)),
    ),
    targets: tensor(
      "i64",
      [1, T],
      BigInt64Array.from(ids.slice(1), (id) => BigInt(Math.max(0, id))),
    ),
    loss_weights: tensor(
      "f32",
      [1, T],
      Float32Array.from({ length: T }, (_, place) => (place < T - targets ? 0 : 1 / targets)),
    ),
    pixel_values: tensor("f32", [pixels.length, ...size], Float32Array.from(pixels.flatMap(({ data }) => [...data]))),
  };
  for (const { name, shape } of session.inputs) {
    if (name in feeds || !isStatic(shape)) continue;
    const stored = tensors.get(name);
    feeds[name] =
      stored === undefined ? tensor("f32", shape, new Float32Array(elementCount(shape))) : await readFloats(stored);
  }
  return feeds;
}

/** Norm and evenly spaced elements, as the golden has them. */
function digest(data: Float32Array): readonly number[] {
  const step = Math.max(1, Math.floor(data.length / 6));
  return [Math.hypot(...data), ...data.filter((_, i) => i % step === 0)];
}

describe("train/step-graph with pictures", () => {
  for (const name of ["hf", "tiny"] as const) {
    it(`loss and gradients of decoder, projector and tower of ${name} are PyTorch's`, async () => {
      const trained = await openGolden(name);
      using session = await gradientSession(trained, () => true);
      const found = await session.run(await feedsOf(trained, session));
      const { loss = NaN, tensors = {} } = trained.golden.gradients ?? {};
      assert.ok(Math.abs(Number(found.loss?.data[0]) - loss) < 1e-4);
      const names = Object.keys(found).filter((output) => output.startsWith("next.sum."));
      const wanted = Object.keys(tensors).filter((tensorName) => tensorName !== "lm_head.weight" || name === "hf");
      assert.deepEqual(names.map((output) => output.slice("next.sum.".length)).toSorted(), wanted.toSorted());
      for (const tensorName of wanted) {
        const gradient = found[`next.sum.${tensorName}`];
        assert.ok(gradient?.data instanceof Float32Array, tensorName);
        const numbers = tensors[tensorName] ?? [];
        const ours = digest(gradient.data);
        const scale = Math.max(numbers[0] ?? NaN, 1e-6);
        numbers.forEach((value, i) => {
          // The bias of keys has no gradient but rounding: a constant in all scores changes no softmax.
          const most = tensorName.endsWith("k_proj.bias") ? 1e-5 : 1e-3 * scale;
          assert.ok(Math.abs(value - (ours[i] ?? NaN)) < most, `${tensorName}: ${value}, got ${ours[i] ?? "none"}`);
        });
      }
    });
  }

  it("a frozen tower feeds a trained projector", async () => {
    const trained = await openGolden("hf");
    using session = await gradientSession(trained, (name) => name.startsWith("multi_modal_projector."));
    const names = session.outputs.map(({ name }) => name);
    assert.deepEqual(names.toSorted(), [
      "loss",
      "next.sum.multi_modal_projector.linear_1.bias",
      "next.sum.multi_modal_projector.linear_1.weight",
      "next.sum.multi_modal_projector.linear_2.bias",
      "next.sum.multi_modal_projector.linear_2.weight",
    ]);
    const feeds = await feedsOf(trained, session);
    const found = await session.run(feeds);
    for (const name of names.filter((output) => output !== "loss")) {
      const { data } = found[name] ?? {};
      assert.ok(data instanceof Float32Array);
      const norm = trained.golden.gradients?.tensors[name.slice("next.sum.".length)]?.[0] ?? NaN;
      assert.ok(Math.abs(Math.hypot(...data) - norm) < 1e-3 * norm, name);
    }
  });
});
