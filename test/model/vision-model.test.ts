import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { tensor } from "../../src/base/tensor.ts";
import { decodeImage } from "../../src/data/image/decode.ts";
import { preprocess } from "../../src/data/image/preprocess.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import { open } from "../../src/model/open.ts";
import { openVisionTower } from "../../src/model/vision-model.ts";
import { visionFeatures } from "../../src/model/vision-tower.ts";
import { towerTensors } from "../../src/model/vision-weights.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession } from "../../src/runtime/session.ts";
import { picturesOf, readLlavaGolden } from "./llava-golden.ts";

const pictures = picturesOf(readLlavaGolden("hf"), [0, 1]);
const folderOf = (name: string): string => fileURLToPath(new URL(`../golden/vision/${name}`, import.meta.url));

describe("model/vision-model", () => {
  for (const [name, tokens] of [
    ["clip", 16],
    ["clip-whole", 16],
    ["siglip", 16],
  ] as const) {
    it(`openVisionTower() of ${name} gives the tower's features of prepared pictures`, async () => {
      const folder = folderOf(name);
      using model = await openVisionTower(folder);
      const found = await model.features(pictures);
      assert.deepEqual(found.shape, [2, tokens, 24]);
      const { weights } = mappedWeights(towerTensors(await readCheckpointTensors(folder), folder), folder);
      const graph = graphBuilder();
      const { imageSize: size } = model.config;
      const pixels = graph.input("pixel_values", "f32", ["I", 3, size, size]);
      const tower = { config: model.config, weights, layer: -2, dropFirst: name !== "siglip" };
      const features = visionFeatures(graph, pixels, tower);
      using session = await createSession(emit(graph.build({ features })));
      const second = preprocess(await decodeImage(pictures[1] ?? new Uint8Array()), model.processor);
      const wanted = await session.run({ pixel_values: tensor("f32", [1, 3, size, size], second.data) });
      const ours = found.data.subarray(found.data.length / 2);
      ours.forEach((value, i) => {
        assert.ok(Math.abs(value - Number(wanted.features?.data[i])) < 1e-5);
      });
    });
  }

  it("openVisionTower() gives other features where other options are asked for", async () => {
    const folder = folderOf("clip");
    using plain = await openVisionTower(folder);
    using whole = await openVisionTower(folder, { dropFirst: false });
    using last = await openVisionTower(folder, { layer: -1 });
    using padded = await openVisionTower(folder, { pads: true });
    const [first = new Uint8Array()] = pictures;
    const features = await plain.features([first]);
    assert.deepEqual((await whole.features([first])).shape, [1, 17, 24]);
    assert.notDeepEqual((await last.features([first])).data, features.data);
    assert.notDeepEqual((await padded.features([first])).data, features.data);
  });

  it("open() says what opens a tower alone", async () => {
    await assert.rejects(open(folderOf("clip")), {
      name: "ModelFormatError",
      message:
        /expected a language model or a LLaVA \(openVisionTower\(\) opens a tower alone\), got "clip_vision_model"$/,
    });
  });

  it("features() names what is no picture", async () => {
    using model = await openVisionTower(folderOf("siglip"));
    await assert.rejects(model.features([]), {
      name: "RangeError",
      message: "Cannot look at pictures: expected at least one, got none",
    });
    await assert.rejects(model.features([...pictures, new Uint8Array([1])]), {
      name: "DataFormatError",
      message: 'Cannot decode image at "picture 2": expected a PNG, JPEG or WebP image, got 1 bytes that start with 01',
    });
  });
});
