/**
 * Writes a LLaVA as transformers' LlavaForConditionalGeneration opens it, whatever layout it came in.
 *
 * That class has two linear layers in its projector and a token for the picture's place. So a projector of one layer gets an
 * identity after it, which changes no number. `<image>` takes the row of `<im_patch>`, which no text uses, or one that no
 * token has; only where there is none the vocabulary gets a row, the mean of the others, which is never the most likely.
 */

import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../base/replace-file.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import type { ImageProcessor } from "../data/image/preprocess.ts";
import { lazyFloats, type LazyTensor, readTensor } from "../data/lazy-tensor.ts";
import { writeSafetensors } from "../data/safetensors-writer.ts";
import { readTokenizer } from "../data/tokenizer.ts";
import { type Fields, readConfig } from "./config-fields.ts";
import { parseKeepingFloats, stringifyKeepingFloats } from "./json-floats.ts";
import { type LlavaOptions, readParts, type TowerSource, towerSource } from "./llava.ts";
import { type LlavaConfig, readLlavaConfig } from "./llava-config.ts";
import { tokenizerWithPictures } from "./llava-tokenizer.ts";
import { llavaTensors } from "./llava-weights.ts";
import { meanRow } from "./mean-row.ts";
import { copyAlongside } from "./saved-folder.ts";
import { readProcessor } from "./vision-processor.ts";
import { featureCount } from "./vision-tower.ts";
import { towerTensors } from "./vision-weights.ts";

/** What is saved. */
export interface SavedLlava {
  /** The folder that everything else comes from. */
  readonly from: string;
  /** Tensors that differ, by the names of the graph: `model.`, `lm_head.`, `multi_modal_projector.`, `vision_tower.`. */
  readonly changed: ReadonlyMap<string, Tensor | LazyTensor>;
  /** As in `open`. */
  readonly options?: LlavaOptions;
}

type Tensors = Map<string, Tensor | LazyTensor>;

/**
 * Writes model.safetensors in f32, the tokenizer's and the processor's files, and config.json last.
 *
 * @throws TypeError where a changed tensor is not one of the checkpoint's; RangeError where the projector has more than two
 * layers.
 */
export async function saveLlava(folder: string, { from, changed, options = {} }: SavedLlava): Promise<void> {
  const config = readLlavaConfig(await readConfig(from));
  const { tensors: all, grown, tokenizerFolder } = await readParts(from, { config, options });
  const parts = llavaTensors(all);
  const tower = await towerSource(from, { config, parts, options });
  const stored = new Map([...parts.language, ...parts.projector, ...towerTensors(tower.tensors, tower.folder)]);
  const unknown = [...changed.keys()].find((name) => !stored.has(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot save tensor "${unknown}": expected a tensor of "${from}", got another name`);
  }
  const tensors: Tensors = new Map();
  for (const [name, one] of stored) {
    if (name.endsWith("rotary_emb.inv_freq")) continue;
    tensors.set(name, changed.get(name) ?? grown.get(name) ?? lazyFloats(one));
  }
  await mkdir(folder, { recursive: true });
  const written = await convert(folder, { from, tokenizerFolder, config, tower, tensors });
  await writeSafetensors(
    join(folder, "model.safetensors"),
    new Map([...tensors].map(([name, one]) => [diskName(name), one])),
  );
  await unlessMissing(copyFile(join(from, "generation_config.json"), join(folder, "generation_config.json")));
  await writeJson(join(folder, "config.json"), written);
}

/** The names that transformers 4 writes, and 5 reads too. */
function diskName(name: string): string {
  if (name.startsWith("vision_tower.")) return name.replace("vision_tower.", "vision_tower.vision_model.");
  return name.startsWith("multi_modal_projector.") ? name : `language_model.${name}`;
}

interface Conversion {
  readonly from: string;
  readonly tokenizerFolder: string;
  readonly config: LlavaConfig;
  readonly tower: TowerSource;
  readonly tensors: Tensors;
}

/** Writes the files about text and pictures, makes the tensors fit, and gives config.json. */
async function convert(folder: string, conversion: Conversion): Promise<Fields> {
  const { from, tokenizerFolder, config, tower, tensors } = conversion;
  const file = join(from, "config.json");
  const fields = parseKeepingFloats(await readFile(file, "utf8"), file);
  if (fields.text_config !== undefined && fields.model_type === "llava") {
    const processor = [
      "preprocessor_config.json",
      "processor_config.json",
      "chat_template.json",
      "chat_template.jinja",
    ];
    await copyAlongside(from, folder, processor);
    return asF32(fields);
  }
  fitProjector(tensors, config);
  const known = (await readTokenizer(tokenizerFolder)).vocabularySize;
  const tokenizer = await tokenizerWithPictures(tokenizerFolder, { config, known });
  for (const name of ["model.embed_tokens.weight", "lm_head.weight"]) {
    const matrix = tensors.get(name);
    if (matrix !== undefined) tensors.set(name, withMeanRows(matrix, tokenizer.vocabularySize));
  }
  await writeJson(join(folder, "tokenizer.json"), tokenizer.model);
  await writeJson(join(folder, "tokenizer_config.json"), tokenizer.settings);
  await writeProcessor(folder, { config, tower });
  return await llavaFields({ config, tower, fields, ...tokenizer });
}

function asF32(fields: Fields): Fields {
  const plain = Object.fromEntries(
    Object.entries(fields).map(([name, value]) =>
      name === "text_config" || name === "vision_config" ? [name, asF32(value as Fields)] : [name, value],
    ),
  );
  if ("torch_dtype" in plain) return { ...plain, torch_dtype: "float32" };
  return "dtype" in plain ? { ...plain, dtype: "float32" } : plain;
}

function fitProjector(tensors: Tensors, { projector, language: { hiddenSize } }: LlavaConfig): void {
  if (projector.layerCount > 2) {
    throw new RangeError(
      `Cannot save a LLaVA for transformers: expected a projector of 1 or 2 layers, got ${projector.layerCount}`,
    );
  }
  if (projector.layerCount === 2) return;
  const identity = Float32Array.from({ length: hiddenSize ** 2 }, (_, i) => (i % (hiddenSize + 1) === 0 ? 1 : 0));
  tensors.set("multi_modal_projector.linear_2.weight", tensor("f32", [hiddenSize, hiddenSize], identity));
  tensors.set("multi_modal_projector.linear_2.bias", tensor("f32", [hiddenSize], new Float32Array(hiddenSize)));
}

/** A matrix with as many rows, the new ones the mean of the old. */
function withMeanRows(matrix: Tensor | LazyTensor, rows: number): Tensor | LazyTensor {
  const [count = 0, width = 0] = matrix.shape;
  if (rows === count) return matrix;
  const read = async (): Promise<Tensor> => grown((await readTensor(matrix)) as Tensor<"f32">, rows); // weights are f32 here
  return { dtype: "f32", shape: [rows, width], read };
}

function grown(old: Tensor<"f32">, rows: number): Tensor<"f32"> {
  const [count = 0, width = 0] = old.shape;
  const mean = meanRow(old);
  const data = new Float32Array(rows * width);
  data.set(old.data);
  for (let row = count; row < rows; row++) data.set(mean, row * width);
  return tensor("f32", [rows, width], data);
}

async function writeProcessor(folder: string, { config, tower }: Pick<Conversion, "config" | "tower">): Promise<void> {
  const { kind, patchSize } = tower.config;
  const processor = await readProcessor(tower.folder, { vision: tower.config, pads: config.pads });
  await writeJson(join(folder, "preprocessor_config.json"), processorFields(processor));
  await writeJson(join(folder, "processor_config.json"), {
    processor_class: "LlavaProcessor",
    image_token: "<image>",
    patch_size: patchSize,
    num_additional_image_tokens: kind === "clip" ? 1 : 0,
    vision_feature_select_strategy: config.dropFirst ? "default" : "full",
  });
}

function processorFields({ square, size, mean, std }: ImageProcessor): Fields {
  const common = {
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: mean,
    image_std: std,
    processor_class: "LlavaProcessor",
    resample: 3,
    rescale_factor: 1 / 255,
  };
  const whole = { height: size, width: size };
  if (square === "stretch") return { ...common, image_processor_type: "SiglipImageProcessor", size: whole };
  const crop = { crop_size: whole, do_center_crop: true, size: { shortest_edge: size } };
  return square === "pad"
    ? { ...common, ...crop, do_pad: true, image_processor_type: "LlavaImageProcessor" }
    : { ...common, ...crop, image_processor_type: "CLIPImageProcessor" };
}

interface FieldSources extends Pick<Conversion, "config" | "tower"> {
  readonly fields: Fields;
  readonly imageTokenId: number;
  readonly vocabularySize: number;
}

async function llavaFields({ config, tower, fields, imageTokenId, vocabularySize }: FieldSources): Promise<Fields> {
  const { placeholder, projector, language } = config;
  const inside = fields.text_config as Fields | undefined; // readLlavaConfig has checked it
  const text = inside ?? originalText(fields);
  const tied = language.tieWordEmbeddings;
  return {
    architectures: ["LlavaForConditionalGeneration"],
    model_type: "llava",
    image_token_index: imageTokenId,
    image_seq_length: featureCount({ config: tower.config, dropFirst: config.dropFirst }),
    multimodal_projector_bias: true,
    projector_hidden_act: projector.layerCount === 1 ? "linear" : projector.activation,
    text_config: { ...text, vocab_size: vocabularySize, torch_dtype: "float32", tie_word_embeddings: tied },
    tie_word_embeddings: tied,
    torch_dtype: "float32",
    vision_config: { ...(await visionFields(tower, fields)), torch_dtype: "float32" },
    vision_feature_layer: config.layer,
    vision_feature_select_strategy: config.dropFirst ? "default" : "full",
    ...(placeholder.kind === "gap" && placeholder.usesStartEnd && { mm_use_im_start_end: true }),
  };
}

/** The decoder's fields of an original config.json, which is one of its kind with more in it. */
function originalText(fields: Fields): Fields {
  const type = String(fields.model_type).includes("qwen") ? "qwen2" : "llama";
  const own = Object.entries(fields).filter(
    ([name]) => !/^mm_|^(use_mm_|tune_mm_|freeze_mm_|image_|dtype$|architectures$)/u.test(name),
  );
  return { ...Object.fromEntries(own), model_type: type };
}

async function visionFields({ folder, config }: TowerSource, fields: Fields): Promise<Fields> {
  const type = config.kind === "clip" ? "clip_vision_model" : "siglip_vision_model";
  const inside = fields.vision_config as Fields | undefined; // readLlavaConfig has checked it
  if (inside !== undefined) return { ...inside, model_type: type };
  const file = join(folder, "config.json");
  const { vision_config: inner, ...outer } = parseKeepingFloats(await readFile(file, "utf8"), file);
  return { ...((inner as Fields | undefined) ?? outer), model_type: type };
}

async function writeJson(file: string, value: Fields): Promise<void> {
  await replaceFile(file, [`${stringifyKeepingFloats(value)}\n`]);
}
