/** What config.json says about a vision tower, CLIP's or SigLIP's, as transformers 4 and 5 write it. */

import type { ConfigFields } from "./config-fields.ts";
import { type Activation, activations } from "./gelu.ts";

/** Sizes and options of a vision transformer. */
export interface VisionConfig {
  /** CLIP has a class token before the patches and a norm before the first block; SigLIP has neither. */
  readonly kind: "clip" | "siglip";
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  /** Edge of the square image in pixels. */
  readonly imageSize: number;
  /** Edge of a square patch in pixels. What is left over at the right and at the bottom is not seen. */
  readonly patchSize: number;
  readonly normEpsilon: number;
  readonly activation: Activation;
}

/** What transformers takes where config.json leaves a field out. */
const families = {
  clip: { patchSize: 32, normEpsilon: 1e-5, activation: "quick_gelu" },
  siglip: { patchSize: 16, normEpsilon: 1e-6, activation: "gelu_pytorch_tanh" },
} as const;

const kinds: Readonly<Record<string, VisionConfig["kind"]>> = {
  clip: "clip",
  clip_vision_model: "clip",
  siglip: "siglip",
  siglip_vision_model: "siglip",
};

/** True where the fields are those of a CLIP or SigLIP. */
export function isVisionModel(fields: ConfigFields): boolean {
  return Object.hasOwn(kinds, fields.text("model_type"));
}

/**
 * Reads the fields of a tower: of a config.json of its own, or of the `vision_config` inside a whole CLIP, SigLIP or
 * LLaVA.
 *
 * @throws ModelFormatError naming the file and the field that is missing, has the wrong kind or is not offered.
 */
export function readVisionConfig(whole: ConfigFields): VisionConfig {
  const fields = whole.inner("vision_config") ?? whole;
  const type = fields.text("model_type", whole.text("model_type"));
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined) throw fields.error("model_type", Object.keys(kinds).join(", "));
  const family = families[kind];
  const hiddenSize = fields.count("hidden_size", 768);
  const headCount = fields.count("num_attention_heads", 12);
  if (hiddenSize % headCount !== 0) {
    throw fields.error("hidden_size", `a multiple of num_attention_heads (${headCount})`);
  }
  const imageSize = fields.count("image_size", 224);
  const patchSize = fields.count("patch_size", family.patchSize);
  if (patchSize > imageSize) throw fields.error("patch_size", `at most image_size (${imageSize})`);
  if (fields.count("num_channels", 3) !== 3) throw fields.error("num_channels", "3");
  return {
    kind,
    hiddenSize,
    headCount,
    imageSize,
    patchSize,
    intermediateSize: fields.count("intermediate_size", 3072),
    layerCount: fields.count("num_hidden_layers", 12, 4096),
    normEpsilon: fields.positive("layer_norm_eps", family.normEpsilon),
    activation: readActivation(fields, "hidden_act", family.activation),
  };
}

/** An activation that is offered. */
export function readActivation(fields: ConfigFields, name: string, fallback: Activation): Activation {
  const text = fields.text(name, fallback);
  const found = activations.find((activation) => activation === text);
  if (found === undefined) throw fields.error(name, activations.join(", "));
  return found;
}

/** Patches along one edge of the image. */
export function patchesAlong({ imageSize, patchSize }: VisionConfig): number {
  return Math.floor(imageSize / patchSize);
}

/** Which of the hidden states 0 to layerCount is meant: a negative number counts from the end, -1 being the last. */
export function hiddenStateIndex({ layerCount }: VisionConfig, layer: number): number {
  const index = layer < 0 ? layerCount + 1 + layer : layer;
  if (!Number.isInteger(index) || index < 0 || index > layerCount) {
    throw new RangeError(
      `Cannot choose hidden state ${layer}: expected one of [${-layerCount - 1}, ${layerCount}], as there are ${layerCount} layers`,
    );
  }
  return index;
}
