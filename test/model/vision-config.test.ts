import assert from "node:assert/strict";

import { configFields, type Fields } from "../../src/model/config-fields.ts";
import { patchesAlong, readVisionConfig, type VisionConfig } from "../../src/model/vision-config.ts";

const read = (fields: Fields): VisionConfig => readVisionConfig(configFields(fields, "config.json"));

describe("model/vision-config", () => {
  it("readVisionConfig() reads CLIP ViT-L/14 at 224 and 336, alone and inside a whole CLIP", () => {
    const large = { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 16 };
    const at = (size: number): Fields => ({
      ...large,
      image_size: size,
      patch_size: 14,
      model_type: "clip_vision_model",
    });
    const wanted = {
      kind: "clip",
      hiddenSize: 1024,
      intermediateSize: 4096,
      layerCount: 24,
      headCount: 16,
      imageSize: 336,
      patchSize: 14,
      normEpsilon: 1e-5,
      activation: "quick_gelu",
    };
    assert.deepEqual(read(at(336)), wanted);
    assert.deepEqual(read({ model_type: "clip", vision_config: at(336) }), wanted);
    assert.equal(patchesAlong(read(at(336))), 24);
    assert.equal(patchesAlong(read(at(224))), 16);
  });

  it("readVisionConfig() takes what is left out as transformers does", () => {
    const clip = read({ model_type: "clip", vision_config: {} });
    assert.deepEqual([clip.hiddenSize, clip.patchSize, clip.normEpsilon], [768, 32, 1e-5]);
    const siglip = read({ model_type: "siglip_vision_model", patch_size: 14, image_size: 384 });
    assert.deepEqual([siglip.normEpsilon, siglip.activation], [1e-6, "gelu_pytorch_tanh"]);
    assert.equal(patchesAlong(siglip), 27);
  });

  const problems: readonly [Fields, RegExp][] = [
    [
      { model_type: "vit" },
      /field "model_type" at "config.json": expected clip, clip_vision_model, siglip, .* got "vit"/,
    ],
    [{ model_type: "clip", vision_config: { model_type: "dinov2" } }, /field "vision_config.model_type"/],
    [{ model_type: "clip_vision_model", hidden_act: "relu" }, /field "hidden_act" .* expected gelu, .* got "relu"/],
    [{ model_type: "clip_vision_model", num_channels: 1 }, /field "num_channels" .* expected 3, got 1/],
    [{ model_type: "clip_vision_model", num_attention_heads: 7 }, /field "hidden_size" .* a multiple of/],
    [{ model_type: "clip_vision_model", image_size: 16 }, /field "patch_size" .* at most image_size \(16\)/],
    [{ model_type: "clip_vision_model", image_size: "large" }, /field "image_size" .* an integer >= 1, got "large"/],
  ];
  for (const [fields, message] of problems) {
    it(`readVisionConfig() rejects ${JSON.stringify(fields)}`, () => {
      assert.throws(() => read(fields), { name: "ModelFormatError", message });
    });
  }
});
