/** A checkpoint in training: its trained weights and their moments stay on the device from step to step. */

import { resolve } from "node:path";

import type { Tensor } from "../base/tensor.ts";
import { readCheckpointTensors } from "../data/checkpoint-files.ts";
import { readFloats } from "../data/safetensors.ts";
import { emit } from "../graph/emit.ts";
import { readConfig } from "../model/config-fields.ts";
import { readLlamaConfig } from "../model/llama-config.ts";
import { saveCheckpoint } from "../model/save-checkpoint.ts";
import { mappedWeights } from "../model/weights.ts";
import { createStatefulSession, type State, type StatefulSession } from "../runtime/state.ts";
import { adamWDefaults, type AdamWOptions, stepInputs } from "./adamw.ts";
import { type Example, exampleInputs } from "./examples.ts";
import { trainingStepGraph } from "./step-graph.ts";

/** What is trained and how. */
export interface TrainerOptions {
  /** True for the names of the tensors to train. Default: all. */
  readonly trains?: (name: string) => boolean;
  readonly optimizer?: Partial<AdamWOptions>;
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
  /** Writes the checkpoint as it is now, in f32, to another folder; `open` and transformers open it. */
  readonly save: (path: string) => Promise<void>;
}

/**
 * Opens a Hugging Face folder of a LLaMA for training. Trained weights are kept in f32; the others stay mapped.
 *
 * @throws ModelFormatError as `open`; TypeError where nothing is to be trained.
 */
export async function openTrainer(path: string, options: TrainerOptions = {}): Promise<Trainer> {
  const folder = resolve(path);
  const { trains = () => true, optimizer: chosen = {} } = options;
  const optimizer = { ...adamWDefaults, ...chosen };
  const config = readLlamaConfig(await readConfig(folder));
  const tensors = await readCheckpointTensors(folder);
  const { weights } = mappedWeights(tensors, folder);
  const graph = trainingStepGraph({ config, weights, trains, optimizer });
  const trained = [...tensors.values()].filter(({ name }) =>
    graph.outputs.some((value) => value.name === `next.${name}`),
  );
  const initial: Record<string, Tensor> = {};
  for (const stored of trained) initial[stored.name] = await readFloats(stored);
  const session = await createStatefulSession(emit(graph), { initial });
  return startTrainer(session, { folder, optimizer, trained: trained.map(({ name }) => name) });
}

interface Setting {
  readonly folder: string;
  readonly optimizer: AdamWOptions;
  readonly trained: readonly string[];
}

function startTrainer(session: StatefulSession, { folder, optimizer, trained }: Setting): Trainer {
  let stepCount = 0;
  return {
    trained,
    get stepCount() {
      return stepCount;
    },
    step: async (examples, learningRate) => {
      const feeds = { ...exampleInputs(examples), ...stepInputs(optimizer, { step: stepCount + 1, learningRate }) };
      const result = await session.step(feeds);
      stepCount += 1;
      return { lossNats: scalarOf(result, "loss"), gradientNorm: scalarOf(result, "gradient_norm") };
    },
    weight: (name) => session.read(name),
    save: (path) =>
      saveCheckpoint(path, { from: folder, changed: new Map(trained.map((name) => [name, session.read(name)])) }),
    [Symbol.dispose]: () => {
      session.dispose();
    },
  };
}

function scalarOf(result: State, name: string): number {
  return Number(result[name]?.data[0]);
}
