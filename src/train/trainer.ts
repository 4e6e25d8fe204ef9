/** A checkpoint in training: its trained weights and their moments stay on the device from step to step. */

import { resolve } from "node:path";

import type { Tensor } from "../base/tensor.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Resizing } from "../data/image/resize.ts";
import { lazyFloats, type LazyTensor } from "../data/lazy-tensor.ts";
import { readFloats } from "../data/safetensors.ts";
import type { AdapterChoice } from "../model/adapter.ts";
import { imageFeatures } from "../model/eyes.ts";
import type { Lora, LoraSettings } from "../model/lora.ts";
import { saveCheckpoint } from "../model/save-checkpoint.ts";
import { isOfProjector, saveProjector } from "../model/save-projector.ts";
import { featureCount } from "../model/vision-tower.ts";
import { mappedWeights, type Weights } from "../model/weights.ts";
import { adamWDefaults, type AdamWOptions, stepInputs } from "./adamw.ts";
import { dropInputs, dropPlaces } from "./dropout.ts";
import { accumulatingEngine, type Engine, type EngineWeights, type Inputs, wholeStepEngine } from "./engine.ts";
import { type Example, exampleInputs } from "./examples.ts";
import { type MicroBatching, microBatches } from "./micro-batches.ts";
import { gradientGraph, trainingStepGraph, updateGraph } from "./step-graph.ts";
import { type PictureForm, pixelInputs, withPictureRows } from "./pictures.ts";
import { readTrainable, type Trainable } from "./trainable.ts";
import { type NewAdapter, saveAdapter } from "./trained-adapter.ts";

/** What is trained and how. */
export interface TrainerOptions extends MicroBatching {
  /**
   * True for the names of the tensors to train. Default: all but a LLaVA's vision tower (`vision_tower.`; its projector is
   * `multi_modal_projector.`); with an adapter, the adapter's matrices; over a `languageModel`, the projector.
   */
  readonly trains?: (name: string) => boolean;
  readonly optimizer?: Partial<AdamWOptions>;
  /** Trains LoRA: settings of a new adapter (what is left out is the paper's), or a PEFT folder to go on with. */
  readonly adapter?: NewAdapter | AdapterChoice;
  /** The tower of a LLaVA that only names it: a folder or a name on the hub. */
  readonly visionTower?: string;
  /**
   * For a folder that holds only mm_projector.bin (or .safetensors) and config.json, as LLaVA's first stage writes it: the
   * language model that it began with, a folder or a name on the hub. Where no more than the projector and the words are
   * trained, `save` writes such a folder again.
   */
  readonly languageModel?: string;
  /** Whose resizing of pictures is followed, as in `open`. Default "pillow-12". */
  readonly resizing?: Resizing;
  /** Seed of the adapter's dropout. Default 0. */
  readonly dropoutSeed?: number;
  /** Gradient checkpointing: blocks are computed again in the backward pass instead of being kept. Default false. */
  readonly recompute?: boolean;
  /** Chunks of rows in which logits and loss are computed, so that [B,T,V] is never whole. Default 1. */
  readonly lossChunks?: number;
}

/** What one step did. */
export interface StepResult {
  /** Mean over the labels that count of -log p(label), before the step. */
  readonly lossNats: number;
  /** Length of the whole gradient, before clipping. */
  readonly gradientNorm: number;
}

/** A model in training. Dispose it to give its memory back. */
export interface Trainer extends Disposable {
  /** Names of the tensors that are trained. */
  readonly trained: readonly string[];
  /** Steps made. */
  readonly stepCount: number;
  /**
   * One step of AdamW on a batch.
   *
   * @throws RangeError where the batch is empty, misshaped or has nothing to learn.
   * @throws CancelledError where the ambient task was stopped; the weights are then half updated.
   */
  readonly step: (examples: readonly Example[], learningRate: number) => Promise<StepResult>;
  /** A copy of a trained tensor as it is now, f32. @throws TypeError where there is none of this name. */
  readonly weight: (name: string) => Tensor;
  /**
   * Writes the checkpoint as it is now, in f32, to another folder; `open` and transformers open it (but for one of the
   * projector alone, which `open` opens over its `languageModel`). Tensors are read and written one after another; steps
   * have to wait until it is through.
   *
   * @throws TypeError where an adapter is trained: save that, then merge it.
   */
  readonly save: (path: string) => Promise<void>;
  /**
   * Writes the adapter, with whole tensors that were trained besides, as a folder that `open` and PEFT open over the base.
   *
   * @throws TypeError where no adapter is trained.
   */
  readonly saveAdapter: (path: string) => Promise<void>;
}

/**
 * Opens a Hugging Face folder of a LLaMA-family model or a LLaVA for training. Trained weights are kept in f32; the others stay mapped.
 *
 * @throws ModelFormatError as `open`; TypeError where nothing is to be trained; RangeError where an option is out of range.
 */
export async function openTrainer(path: string, options: TrainerOptions = {}): Promise<Trainer> {
  const folder = resolve(path);
  const start = await readTrainable(folder, options);
  const optimizer = { ...adamWDefaults, ...options.optimizer };
  const widths = new Map<string, number>();
  const { trained, engine } = await openEngine({ folder, start, optimizer, widths }, options);
  return startTrainer({ folder, start, optimizer, widths, trained, engine }, options);
}

interface Setting {
  readonly folder: string;
  readonly start: Trainable;
  readonly optimizer: AdamWOptions;
  /** Inputs of the modules that have dropout, in the graph's order. */
  readonly widths: Map<string, number>;
}

async function openEngine(
  { folder, start, optimizer, widths }: Setting,
  options: TrainerOptions,
): Promise<Pick<Running, "trained" | "engine">> {
  const { trains = trainsByDefault(options), recompute, lossChunks = 1, microBatch } = options;
  checkCount("lossChunks", lossChunks);
  const { config, tensors, fresh, grown } = start;
  const weights = start.grow(mappedWeights(tensors, folder).weights);
  const lora = start.adapter === undefined ? undefined : withDropout(start.adapter, widths);
  const { sight } = start;
  const images = sight === null ? {} : { images: (g: GraphBuilder, w: Weights) => imageFeatures(g, sight, w) };
  const parts = { config, weights, lora, trains, lossChunks, ...images, ...(recompute === true && { recompute }) };
  const isWhole = microBatch === undefined;
  const graph = isWhole ? trainingStepGraph({ ...parts, optimizer }) : gradientGraph(parts);
  const next = isWhole ? "next." : "next.sum.";
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const known = new Map<string, Pick<Tensor, "shape">>([...tensors, ...grown, ...fresh]);
  const trained = [...known].flatMap(([name, { shape }]) => (outputs.has(next + name) ? [{ name, shape }] : []));
  const first = async (name: string): Promise<Tensor> =>
    fresh.get(name) ?? grown.get(name)?.read() ?? readStored(start, name);
  const engine = isWhole
    ? await wholeStepEngine(graph, { weights: trained, first })
    : await accumulatingEngine(
        { gradient: graph, update: updateGraph(trained, optimizer) },
        { weights: trained, first },
      );
  return { trained, engine };
}

function trainsByDefault({ adapter, languageModel }: TrainerOptions): (name: string) => boolean {
  if (adapter !== undefined) return isLora;
  return languageModel === undefined ? isNotTower : isProjector;
}

function isProjector(name: string): boolean {
  return name.startsWith("multi_modal_projector.");
}

function isNotTower(name: string): boolean {
  return !name.startsWith("vision_tower.");
}

function isLora(name: string): boolean {
  return /\.lora_[AB]\.weight$/u.test(name);
}

function withDropout(
  { settings, lora }: { readonly settings: LoraSettings; readonly lora: Lora },
  widths: Map<string, number>,
): Lora {
  if (settings.dropout === 0) return lora;
  return {
    ...lora,
    drop: (graph, x, module) => {
      widths.set(module, Number(x.shape[1]));
      return dropPlaces(graph, x, module);
    },
  };
}

async function readStored({ tensors }: Trainable, name: string): Promise<Tensor> {
  const stored = tensors.get(name);
  if (stored === undefined) throw new TypeError(`Cannot read the tensor "${name}": expected one of the checkpoint`);
  return readFloats(stored);
}

interface Running extends Setting {
  readonly trained: EngineWeights["weights"];
  readonly engine: Engine;
}

function startTrainer(running: Running, options: TrainerOptions): Trainer {
  const { engine, trained, optimizer, folder, start } = running;
  let stepCount = 0;
  let passCount = 0;
  let savesUnderWay = 0;
  const saving = async (save: () => Promise<void>): Promise<void> => {
    savesUnderWay += 1;
    try {
      await save();
    } finally {
      savesUnderWay -= 1;
    }
  };
  return {
    trained: trained.map(({ name }) => name),
    get stepCount() {
      return stepCount;
    },
    step: async (examples, learningRate) => {
      if (savesUnderWay > 0) throw new Error("Cannot step: expected the saving under way to be awaited first");
      const passes: Inputs[] = [];
      for (const { examples: part, share } of microBatches(examples, options)) {
        const inputs = await batchInputs(part, { start, share });
        passes.push(passInputs(inputs, { running, options, pass: passCount + passes.length + 1 }));
      }
      const update = stepInputs(optimizer, { step: stepCount + 1, learningRate });
      const { loss, gradientNorm } = await engine.step(passes, update);
      stepCount += 1;
      passCount += passes.length;
      return { lossNats: loss, gradientNorm };
    },
    weight: engine.read,
    save: (path) => {
      if (start.adapter !== undefined) {
        throw new TypeError("Cannot save the checkpoint: an adapter is trained; expected saveAdapter and mergeAdapter");
      }
      const saved = { from: folder, changed: trainedTensors(running) };
      const { visionTower, languageModel } = options;
      const isFirstStage = languageModel !== undefined && trained.every(({ name }) => isOfProjector(name));
      return saving(() =>
        isFirstStage ? saveProjector(path, saved) : saveCheckpoint(path, { ...saved, visionTower, languageModel }),
      );
    },
    saveAdapter: (path) => saving(() => saveTrainedAdapter(path, running)),
    [Symbol.dispose]: () => {
      engine[Symbol.dispose]();
    },
  };
}

/** The trained tensors as they are when they are read. */
function trainedTensors({ trained, engine }: Running): ReadonlyMap<string, LazyTensor> {
  return new Map(
    trained.map(({ name, shape }) => [name, { dtype: "f32", shape, read: () => Promise.resolve(engine.read(name)) }]),
  );
}

/** The inputs of some examples; those of their pictures too where the model has eyes. */
async function batchInputs(
  examples: readonly Example[],
  { start, share }: { readonly start: Trainable; readonly share: number },
): Promise<Inputs> {
  if (start.sight === null) return exampleInputs(examples, share);
  const { tower, processor } = start.sight;
  const form: PictureForm = { rowCount: featureCount(tower), imageSize: tower.config.imageSize, processor };
  const expanded = withPictureRows(examples, form);
  return { ...exampleInputs(expanded, share), ...(await pixelInputs(examples, form)) };
}

interface Pass {
  readonly running: Running;
  readonly options: TrainerOptions;
  readonly pass: number;
}

/** The inputs of one pass with the places that dropout sets to zero. */
function passInputs(inputs: Inputs, { running, options, pass }: Pass): Inputs {
  const { widths, start } = running;
  if (widths.size === 0) return inputs;
  const [B = 0, T = 0] = inputs.input_ids?.shape ?? [];
  const fraction = start.adapter?.settings.dropout ?? 0;
  return { ...inputs, ...dropInputs({ widths, rows: B * T, fraction, seed: options.dropoutSeed ?? 0, pass }) };
}

/** The adapter's matrices and every whole tensor that is not the base's, as they are now. */
async function saveTrainedAdapter(path: string, running: Running): Promise<void> {
  const { folder, start } = running;
  if (start.adapter === undefined) throw new TypeError("Cannot save an adapter: expected one in training, got none");
  const replaced = [...start.tensors].filter(([name, stored]) => stored !== start.original.get(name));
  const kept = replaced.map(([name, stored]) => [name, lazyFloats(stored)] as const);
  const tensors = new Map<string, Tensor | LazyTensor>([...kept, ...start.fresh, ...trainedTensors(running)]);
  await saveAdapter(path, { settings: start.adapter.settings, base: folder, tensors });
}

function checkCount(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(`Cannot train: expected ${what} to be an integer >= 1, got ${value}`);
}
