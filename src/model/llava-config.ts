/**
 * What config.json says about a LLaVA, in each of its layouts: the original code's (LLaVA 1.0 to 1.5), that of Hugging
 * Face's LlavaForConditionalGeneration (transformers 4 and 5) and TinyLLaVA Factory's.
 *
 * Source: LLaVA@v1.2.2.post1/llava/model/; transformers@5.23.0/models/llava/configuration_llava.py;
 * TinyLLaVA_Factory@280a09d/tinyllava/model/configuration_tinyllava.py.
 */

import type { ConfigFields, Fields } from "./config-fields.ts";
import { type LlamaConfig, readLlamaConfig } from "./llama-config.ts";
import type { ProjectorConfig } from "./projector.ts";
import { readActivation, readVisionConfig, type VisionConfig } from "./vision-config.ts";

/** What a LLaVA is made of. */
export interface LlavaConfig {
  readonly language: LlamaConfig;
  /** The tower inside the checkpoint, or the name or folder that it is to be read from. */
  readonly tower: { readonly config: VisionConfig } | { readonly name: string };
  /** The hidden state that features are taken from; -2 is that before the last block. */
  readonly layer: number;
  /** True: features without the first token ("patch" or "default"); false: all ("cls_patch" or "full"). */
  readonly dropFirst: boolean;
  readonly projector: Omit<ProjectorConfig, "inputSize" | "outputSize">;
  /** Pictures are padded to a square, or not, or that is left to the processor's own file. */
  readonly pads: boolean | null;
  readonly placeholder: Placeholder;
}

/** How a picture's place is written. */
export type Placeholder =
  /** As a token of the vocabulary. */
  | { readonly kind: "token"; readonly id: number }
  /** Not in the vocabulary; between `<im_start>` and `<im_end>` or alone. */
  | { readonly kind: "gap"; readonly usesStartEnd: boolean; readonly usesPatchToken: boolean };

/** What transformers takes where a text_config leaves a field out. */
const languageDefaults: Readonly<Record<string, Fields>> = {
  llama: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 11008,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    bos_token_id: 1,
    eos_token_id: 2,
  },
  qwen2: {
    vocab_size: 151936,
    hidden_size: 4096,
    intermediate_size: 22016,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 32,
  },
};

/** The decoder of an original checkpoint, by its `model_type`. */
const originalLanguages: Readonly<Record<string, string>> = {
  llava: "llama",
  llava_llama: "llama",
  llava_qwen: "qwen2",
  llava_qwen2: "qwen2",
};

/** True where the fields are those of a LLaVA. */
export function isLlava(fields: ConfigFields): boolean {
  return fields.has("mm_vision_tower") || ["llava", "tinyllava"].includes(fields.text("model_type"));
}

/** True where a LLaVA's fields are those of transformers' LlavaForConditionalGeneration. */
export function isTransformersLlava(fields: ConfigFields): boolean {
  return fields.text("model_type") === "llava" && fields.has("text_config");
}

/**
 * Reads the fields of a LLaVA's config.json.
 *
 * @throws ModelFormatError naming the file and the field that is missing, has the wrong kind or is not offered.
 */
export function readLlavaConfig(fields: ConfigFields): LlavaConfig {
  if (fields.has("mm_vision_tower")) return readOriginal(fields);
  return fields.text("model_type") === "tinyllava" ? readTiny(fields) : readHuggingFace(fields);
}

function readOriginal(fields: ConfigFields): LlavaConfig {
  const type = fields.text("model_type");
  const language = Object.hasOwn(originalLanguages, type) ? originalLanguages[type] : undefined;
  if (language === undefined) throw fields.error("model_type", Object.keys(originalLanguages).join(", "));
  const pads = readPads(fields);
  return {
    language: readLanguage(fields.with({ changes: { model_type: language, architectures: null } })),
    tower: { name: fields.text("mm_vision_tower") },
    layer: fields.integer("mm_vision_select_layer", -2),
    dropFirst: readSelection(fields, "mm_vision_select_feature", "patch"),
    projector: readNamedProjector(fields, "mm_projector_type"),
    pads,
    placeholder: {
      kind: "gap",
      usesStartEnd: fields.flag("mm_use_im_start_end", false),
      usesPatchToken: fields.flag("mm_use_im_patch_token", true),
    },
  };
}

function readTiny(fields: ConfigFields): LlavaConfig {
  const pads = readPads(fields);
  return {
    language: readLanguage(fields.inner("text_config") ?? missing(fields, "text_config")),
    tower: { config: readVisionConfig(fields.inner("vision_config") ?? missing(fields, "vision_config")) },
    layer: fields.integer("vision_feature_layer", -2),
    dropFirst: readSelection(fields, "vision_feature_select_strategy", "patch"),
    projector: readNamedProjector(fields, "connector_type"),
    pads,
    placeholder: { kind: "gap", usesStartEnd: false, usesPatchToken: false },
  };
}

function readHuggingFace(fields: ConfigFields): LlavaConfig {
  const text = fields.inner("text_config") ?? missing(fields, "text_config");
  const vision = fields.inner("vision_config") ?? missing(fields, "vision_config");
  const isTied = fields.flag("tie_word_embeddings", false) || text.flag("tie_word_embeddings", false);
  return {
    language: readLanguage(text.with({ changes: { tie_word_embeddings: isTied } })),
    tower: { config: readVisionConfig(vision.with({ defaults: { model_type: "clip_vision_model" } })) },
    layer: fields.integer("vision_feature_layer", -2),
    dropFirst: readSelection(fields, "vision_feature_select_strategy", "default"),
    projector: {
      layerCount: 2,
      activation: readActivation(fields, "projector_hidden_act", "gelu"),
      bias: fields.flag("multimodal_projector_bias", true),
    },
    pads: null,
    // Not a field of transformers': so a checkpoint of the original code is saved.
    placeholder: fields.flag("mm_use_im_start_end", false)
      ? { kind: "gap", usesStartEnd: true, usesPatchToken: false }
      : { kind: "token", id: imageToken(fields) },
  };
}

function readLanguage(text: ConfigFields): LlamaConfig {
  const fields = text.with({ defaults: languageDefaults[text.text("model_type", "llama")] ?? {} });
  return { ...readLlamaConfig(fields.with({ defaults: { model_type: "llama" } })), seesImages: true };
}

function readPads(fields: ConfigFields): boolean {
  const aspect = fields.text("image_aspect_ratio", "square");
  if (aspect !== "square" && aspect !== "pad") throw fields.error("image_aspect_ratio", '"square" or "pad"');
  return aspect === "pad";
}

function readSelection(fields: ConfigFields, name: string, fallback: string): boolean {
  const found = fields.text(name, fallback);
  if (found === "patch" || found === "default") return true;
  if (found === "cls_patch" || found === "full") return false;
  throw fields.error(name, '"patch", "default", "cls_patch" or "full"');
}

/** "linear", or "mlp2x_gelu" and the like. */
function readNamedProjector(fields: ConfigFields, name: string): LlavaConfig["projector"] {
  const type = fields.text(name, "linear");
  if (type === "linear") return { layerCount: 1, activation: "linear", bias: true };
  const layerCount = Number(/^mlp(\d)x_gelu$/u.exec(type)?.[1] ?? 0);
  if (layerCount < 1) throw fields.error(name, '"linear" or "mlp2x_gelu"');
  return { layerCount, activation: "gelu", bias: true };
}

function imageToken(fields: ConfigFields): number {
  const name = fields.has("image_token_id") ? "image_token_id" : "image_token_index";
  const id = fields.integer(name, 32000);
  if (id < 0) throw fields.error(name, "a token id >= 0");
  return id;
}

function missing(fields: ConfigFields, name: string): never {
  throw fields.error(name, "an object");
}
