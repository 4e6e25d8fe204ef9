import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { clipProcessor } from "../../src/data/image/preprocess.ts";
import { configFields } from "../../src/model/config-fields.ts";
import { readVisionConfig } from "../../src/model/vision-config.ts";
import { readProcessor } from "../../src/model/vision-processor.ts";

const large = (kind: string, size: number): ReturnType<typeof readVisionConfig> =>
  readVisionConfig(configFields({ model_type: kind, image_size: size, patch_size: 14 }, "config.json"));
const clip = large("clip_vision_model", 224);
const wide = large("clip_vision_model", 336);
const siglip = large("siglip_vision_model", 384);

/** preprocessor_config.json of openai/clip-vit-large-patch14, as it was in 2022. */
const old = {
  crop_size: 224,
  do_center_crop: true,
  do_normalize: true,
  do_resize: true,
  feature_extractor_type: "CLIPFeatureExtractor",
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  resample: 3,
  size: 224,
};
/** As transformers writes it since 4.26. */
const today = { ...old, crop_size: { height: 336, width: 336 }, size: { shortest_edge: 336 }, rescale_factor: 1 / 255 };
const half = [0.5, 0.5, 0.5];

describe("model/vision-processor", () => {
  let folder: string;
  const write = (name: string, value: unknown): void => {
    writeFileSync(join(folder, name), JSON.stringify(value));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-processor-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("readProcessor() reads CLIP's crop, in the form of 2022 and of today", async () => {
    write("preprocessor_config.json", old);
    const wanted = { ...clipProcessor, resizing: "pillow-12" };
    assert.deepEqual(await readProcessor(folder, { vision: clip, pads: null }), wanted);
    write("preprocessor_config.json", today);
    assert.deepEqual(await readProcessor(folder, { vision: wide, pads: false }), { ...wanted, size: 336 });
  });

  it("readProcessor() pads where LLaVA's config.json says so, or the processor's own", async () => {
    write("preprocessor_config.json", today);
    assert.equal((await readProcessor(folder, { vision: wide, pads: true })).square, "pad");
    write("preprocessor_config.json", { ...today, do_pad: true });
    assert.equal((await readProcessor(folder, { vision: wide, pads: null })).square, "pad");
  });

  it("readProcessor() reads SigLIP's, also from processor_config.json, or takes the tower's own where there is none", async () => {
    const wanted = { square: "stretch", size: 384, mean: half, std: half, resizing: "pillow-13" };
    const options = { vision: siglip, pads: null, resizing: "pillow-13" } as const;
    assert.deepEqual(await readProcessor(folder, options), wanted);
    const own = { size: { height: 384, width: 384 }, image_mean: half, image_std: half, resample: 3 };
    write("processor_config.json", { processor_class: "LlavaProcessor", image_processor: own });
    assert.deepEqual(await readProcessor(folder, options), wanted);
  });

  const problems: readonly [object, RegExp][] = [
    [{ resample: 2 }, /field "resample" .* expected 3 \(bicubic\), got 2$/],
    [{ rescale_factor: 1 }, /field "rescale_factor" .* expected 1\/255, got 1$/],
    [{ do_normalize: false }, /field "do_normalize" .* expected true, got false$/],
    [{ do_center_crop: false }, /field "do_center_crop" .* expected true, as one edge is resized, got false$/],
    [{ crop_size: 200 }, /field "crop_size" .* expected the size of the shorter edge \(224\), got 200$/],
    [{ size: { height: 224, width: 200 } }, /field "size" .* expected a square/],
    [{ size: "large" }, /field "size" .* expected an object, got "large"$/],
    [{ image_mean: [0.5] }, /field "image_mean" .* expected three numbers/],
    [{ image_std: [1, 1, "1"] }, /field "image_std" .* expected three numbers/],
    [{ size: 336, crop_size: 336 }, /expected images of 224 pixels as config.json says, got 336$/],
  ];
  for (const [change, message] of problems) {
    it(`readProcessor() rejects ${JSON.stringify(change)}`, async () => {
      write("preprocessor_config.json", { ...old, ...change });
      await assert.rejects(readProcessor(folder, { vision: clip, pads: null }), { name: "ModelFormatError", message });
    });
  }
});
