/** A checkpoint's directory, whether it is a language model alone or a LLaVA with eyes. */

import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { readCheckpointTensors } from "../data/checkpoint-files.ts";
import { CancelledError, ModelFormatError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import type { Resizing } from "../data/image/resize.ts";
import { type AdapterChoice, readAdapter } from "./adapter.ts";
import { type ConfigFields, readConfig } from "./config-fields.ts";
import { type Eyes, openEyes, type Sight, sightGraph } from "./eyes.ts";
import { type HubOptions, locateCheckpoint } from "./hub.ts";
import { type LlamaConfig, readLlamaConfig } from "./llama-config.ts";
import { isLlava, type LlavaConfig, readLlavaConfig } from "./llava-config.ts";
import { type LlavaTensors, llavaTensors, withProjectorOf } from "./llava-weights.ts";
import { type ModelDevice, openModelSession } from "./open-session.ts";
import { type ProjectorCheckpoint, readProjectorCheckpoint } from "./projector-checkpoint.ts";
import { isVisionModel, readVisionConfig, type VisionConfig } from "./vision-config.ts";
import { readProcessor } from "./vision-processor.ts";
import { type Tensors, towerTensors } from "./vision-weights.ts";
import { mappedWeights, type Weights } from "./weights.ts";

/** What is read besides the folder. */
export interface LlavaOptions extends ModelDevice, HubOptions {
  /**
   * The vision tower of a checkpoint in the layout of LLaVA's own code, which names it only: a folder, or a name on the
   * hub. Default: what config.json names, in the checkpoint's folder, as a path or on the hub.
   */
  readonly visionTower?: string;
  /**
   * For a folder that holds only mm_projector.bin (or .safetensors) and config.json, as LLaVA's first stage writes it: the
   * language model that it began with, a folder or a name on the hub.
   */
  readonly languageModel?: string;
  /** Only what it says about non_lora_trainables.bin: LLaVA's LoRA training keeps its projector there. */
  readonly adapter?: string | AdapterChoice;
  /** Whose resizing of pictures is followed. Default "pillow-12", that of the paper's time. */
  readonly resizing?: Resizing;
}

/** A decoder's directory, and its eyes where it has any. */
export interface Checkpoint {
  readonly config: LlamaConfig;
  /** The decoder's tensors. */
  readonly tensors: Tensors;
  /** The weights that the graph is to be built with, of those over the tensors. */
  readonly grow: (weights: Weights) => Weights;
  /** The folder that has the tokenizer. */
  readonly tokenizerFolder: string;
  /** Further folders that answers depend on: the first stage's language model, a tower that lies in a folder. */
  readonly folders: readonly string[];
  readonly llava: OpenedLlava | null;
}

/** What makes a language model see. */
export interface OpenedLlava {
  readonly config: LlavaConfig;
  /** Opens the eyes when they are first needed, or gives those that are open. */
  readonly openEyes: () => Promise<Eyes>;
  readonly dispose: () => void;
}

/**
 * Reads a folder's config.json and the directory of its weights. A tower inside it is checked against config.json; one that
 * has a folder of its own is read when the first picture comes.
 *
 * @throws ModelFormatError naming the file and the field or tensor that is missing or wrong.
 */
export async function readCheckpoint(folder: string, options: LlavaOptions = {}): Promise<Checkpoint> {
  const fields = await readConfig(folder);
  if (isVisionModel(fields)) {
    throw fields.error("model_type", "a language model or a LLaVA (openVisionTower() opens a tower alone)");
  }
  if (!isLlava(fields)) return await readLanguageModel(folder, { fields, options });
  const config = readLlavaConfig(fields);
  const { tensors, ...read } = await readParts(folder, { config, options });
  const parts = await adaptedParts(llavaTensors(tensors), options.adapter);
  if ("config" in config.tower) sightGraph(await readSight(folder, { config, parts, options }));
  const llava = lazyEyes(folder, { config, parts, options });
  const folders = [...read.folders, ...(await localTower(folder, { config, options }))];
  return { ...read, config: config.language, tensors: parts.language, folders, llava };
}

/** A LLaVA's tensors, wherever they lie, and what else is read from there. */
export interface Parts
  extends Pick<Checkpoint, "tensors" | "grow" | "tokenizerFolder" | "folders">, Pick<ProjectorCheckpoint, "grown"> {}

async function localTower(
  folder: string,
  { config: { tower }, options }: Pick<SightSource, "config" | "options">,
): Promise<readonly string[]> {
  if ("config" in tower) return [];
  const place = resolve(folder, options.visionTower ?? tower.name);
  return (await hasConfig(place)) ? [place] : [];
}

/**
 * The directory of a LLaVA's weights, or of its first stage's and the language model's.
 *
 * @throws ModelFormatError naming the file that is missing.
 */
export async function readParts(
  folder: string,
  { config, options }: { readonly config: LlavaConfig; readonly options: LlavaOptions },
): Promise<Parts> {
  const { languageModel, hub, retry } = options;
  const plain = { grow: (weights: Weights) => weights, grown: new Map(), tokenizerFolder: folder, folders: [] };
  if (languageModel === undefined) {
    await expectMoreThanProjector(folder);
    return { ...plain, tensors: await readCheckpointTensors(folder) };
  }
  const base = await locateCheckpoint(languageModel, { ...(hub && { hub }), ...(retry && { retry }) });
  const read = await readProjectorCheckpoint(folder, { languageModel: base, config: config.language });
  return { ...read, tokenizerFolder: (await hasTokenizer(folder)) ? folder : base, folders: [base] };
}

async function expectMoreThanProjector(folder: string): Promise<void> {
  const names = await readdir(folder);
  const projector = names.find((name) => /^mm_projector\.(bin|safetensors)$/u.test(name));
  if (projector === undefined || names.some((name) => /^(pytorch_)?model\b/u.test(name))) return;
  throw new ModelFormatError(
    `Cannot open checkpoint at "${folder}": expected \`languageModel\` beside ${projector}, got none`,
  );
}

async function hasTokenizer(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.includes("tokenizer.json") || names.includes("tokenizer.model");
}

/** A language model, or one that an adapter of LLaVA's own training gives eyes. */
async function readLanguageModel(
  folder: string,
  { fields, options }: { readonly fields: ConfigFields; readonly options: LlavaOptions },
): Promise<Checkpoint> {
  const { adapter } = options;
  const plain = { grow: (weights: Weights) => weights, tokenizerFolder: folder, folders: [] };
  const tensors = await readCheckpointTensors(folder);
  const language = readLlamaConfig(fields);
  if (typeof adapter !== "object" || adapter.nonLoraTrainables !== true || !(await hasConfig(adapter.path))) {
    return { ...plain, config: language, tensors, llava: null };
  }
  const trained = await readConfig(adapter.path);
  if (!isLlava(trained)) return { ...plain, config: language, tensors, llava: null };
  const config = { ...readLlavaConfig(trained), language: { ...language, seesImages: true } };
  const parts = llavaTensors((await readAdapter(adapter)).tensors);
  return { ...plain, config: config.language, tensors, llava: lazyEyes(adapter.path, { config, parts, options }) };
}

/** The parts of a LLaVA with the projector that an adapter brings, where it brings one. */
export async function adaptedParts(
  parts: LlavaTensors,
  adapter: string | AdapterChoice | undefined,
): Promise<LlavaTensors> {
  return adapter === undefined ? parts : withProjectorOf(parts, (await readAdapter(adapter)).tensors);
}

/** A LLaVA's directory. */
export interface SightSource {
  readonly config: LlavaConfig;
  readonly parts: LlavaTensors;
  readonly options: LlavaOptions;
}

/**
 * The tower, the projector and the processor of a LLaVA in a folder.
 *
 * @throws ModelFormatError naming the file and the field or tensor that is missing or wrong.
 */
export async function readSight(folder: string, { config, parts, options }: SightSource): Promise<Sight> {
  const source = await towerSource(folder, { config, parts, options });
  const tower = mappedWeights(towerTensors(source.tensors, source.folder), source.folder);
  const projector = mappedWeights(parts.projector, folder);
  return {
    tower: { config: source.config, weights: tower.weights, layer: config.layer, dropFirst: config.dropFirst },
    projector: {
      config: {
        ...config.projector,
        inputSize: source.config.hiddenSize,
        outputSize: config.language.hiddenSize,
      },
      weights: projector.weights,
    },
    processor: await readProcessor(source.folder, {
      vision: source.config,
      pads: config.pads,
      resizing: options.resizing,
    }),
  };
}

/** Where a tower's files are. */
export interface TowerSource {
  readonly folder: string;
  readonly config: VisionConfig;
  readonly tensors: Tensors;
}

/** The tower inside a checkpoint, or in the folder that it names. */
export async function towerSource(folder: string, { config, parts, options }: SightSource): Promise<TowerSource> {
  if ("config" in config.tower) return { folder, config: config.tower.config, tensors: parts.tower };
  const place = await towerFolder(folder, options.visionTower ?? config.tower.name, options);
  const fields = await readConfig(place);
  return { folder: place, config: readVisionConfig(fields), tensors: await readCheckpointTensors(place) };
}

/** A path as it is, a folder inside the checkpoint, or a name on the hub. */
async function towerFolder(folder: string, name: string, { hub, retry }: HubOptions): Promise<string> {
  const inside = resolve(folder, name);
  if (await hasConfig(inside)) return inside;
  const fail = (found: string, cause?: Error): ModelFormatError =>
    new ModelFormatError(
      `Cannot find the vision tower "${name}" of "${folder}": expected its folder there, in the cache or as visionTower, got ${found}`,
      { cause },
    );
  try {
    const place = await locateCheckpoint(name, { ...(hub && { hub }), ...(retry && { retry }) });
    if (await hasConfig(place)) return place;
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof Error)) throw error;
    throw fail(`"${error.message}"`, error);
  }
  throw fail("none");
}

async function hasConfig(folder: string): Promise<boolean> {
  return (await unlessMissing(stat(join(folder, "config.json")))) !== null;
}

function lazyEyes(folder: string, source: SightSource): OpenedLlava {
  let opening: Promise<Eyes> | null = null;
  const open = async (): Promise<Eyes> => {
    const sight = await readSight(folder, source);
    const { session } = await openModelSession(sightGraph(sight), folder, source.options);
    return openEyes(sight, session);
  };
  return {
    config: source.config,
    openEyes: async () => {
      opening ??= open();
      try {
        return await opening;
      } catch (error) {
        opening = null; // the next picture tries again
        throw error;
      }
    },
    dispose: () => {
      opening?.then(
        (eyes) => {
          eyes[Symbol.dispose]();
        },
        () => undefined, // told to whoever waited for it
      );
    },
  };
}
