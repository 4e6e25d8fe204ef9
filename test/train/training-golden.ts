/** Goldens of test/golden/make/{train,lora,train_llava}.py: losses and moves of PyTorch, and ours beside them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Tensor } from "../../src/base/tensor.ts";
import { readFloats, readSafetensors, type StoredTensor } from "../../src/data/safetensors.ts";
import type { LoraSettings } from "../../src/model/lora.ts";
import type { Example } from "../../src/train/examples.ts";
import { saveAdapter } from "../../src/train/trained-adapter.ts";
import type { Trainer } from "../../src/train/trainer.ts";

export interface TrainingGolden<Batch> {
  readonly options: {
    readonly learningRate: number;
    readonly steps: number;
    readonly weightDecay: number;
    readonly maxGradientNorm: number;
    readonly dropoutSeed: number;
  };
  readonly batches: readonly Batch[];
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  /** Norm of each tensor's gradient in the first step. */
  readonly firstGradientNorms: Readonly<Record<string, number>>;
}

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

/** The golden of this name; `Batch` is what its maker writes. */
export function readTrainingGolden<Batch = readonly Example[]>(name: string): TrainingGolden<Batch> {
  return JSON.parse(readFileSync(goldenPath(`${name}.json`), "utf8")) as TrainingGolden<Batch>; // written by the makers
}

export function relative(found: number, wanted: number): number {
  return Math.abs(found - wanted) / Math.abs(wanted);
}

export function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** Takes the golden's steps: each loss is PyTorch's to 1e-4, each gradient's norm to 1e-3, and they fall by a fifth. */
export async function followGolden(
  trainer: Trainer,
  { options, losses, gradientNorms, batches }: TrainingGolden<readonly Example[]>,
): Promise<void> {
  for (let step = 0; step < options.steps; step++) {
    const found = await trainer.step(batches[step % batches.length] ?? [], options.learningRate);
    assert.ok(relative(found.lossNats, losses[step] ?? NaN) < 1e-4, `${step}: ${found.lossNats}`);
    assert.ok(relative(found.gradientNorm, gradientNorms[step] ?? NaN) < 1e-3, `${step}: ${found.gradientNorm}`);
  }
  assert.equal(trainer.stepCount, options.steps);
  assert.equal(losses.length, options.steps);
  assert.ok((losses.at(-1) ?? NaN) < 0.8 * (losses[0] ?? NaN));
}

/** Tensors whose first gradient is nothing but rounding: at most 1e-6 of the whole gradient. */
export function unmovedNames({ firstGradientNorms }: TrainingGolden<unknown>): readonly string[] {
  const whole = Math.hypot(...Object.values(firstGradientNorms));
  return Object.keys(firstGradientNorms).filter((name) => !((firstGradientNorms[name] ?? NaN) > 1e-6 * whole));
}

/** What PyTorch started with and came to, by the names of the trainer. */
export interface Moves {
  readonly before: ReadonlyMap<string, StoredTensor>;
  readonly after: ReadonlyMap<string, StoredTensor>;
}

/** Every trained tensor but `unmoved` moved as PyTorch moved it: the moves' difference is at most 1 % of the move. */
export async function sameMoves(
  trainer: Trainer,
  { before, after }: Moves,
  unmoved: readonly string[] = [],
): Promise<void> {
  assert.deepEqual([...after.keys()].sort(), [...trainer.trained].sort());
  for (const name of trainer.trained.filter((one) => !unmoved.includes(one))) {
    const [start, end] = [await floats(before, name), await floats(after, name)];
    const found = trainer.weight(name).data as Float32Array;
    const change = norm(end.map((value, i) => value - (start[i] ?? NaN)));
    const difference = norm(end.map((value, i) => value - (found[i] ?? NaN)));
    assert.ok(change > 0 && difference <= 1e-2 * change, `${name}: ${difference / change}`);
  }
}

async function floats(tensors: ReadonlyMap<string, StoredTensor>, name: string): Promise<Float32Array> {
  const stored = tensors.get(name);
  assert.ok(stored !== undefined, name);
  return (await readFloats(stored)).data;
}

/** The tensors of a golden whose names begin so, by the rest of their names. */
export async function goldenTensors(file: string, prefix = ""): Promise<ReadonlyMap<string, StoredTensor>> {
  const tensors = [...(await readSafetensors(goldenPath(file)))];
  return new Map(tensors.flatMap(([name, one]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), one]] : [])));
}

/** Writes the adapter that PEFT started with, as a folder that a trainer goes on with. */
export async function writeStartingAdapter(
  path: string,
  { before, settings, base }: Pick<Moves, "before"> & { readonly settings: LoraSettings; readonly base: string },
): Promise<void> {
  const tensors = new Map<string, Tensor>();
  for (const [name, stored] of before) tensors.set(name, await readFloats(stored));
  await saveAdapter(path, { settings, base, tensors });
}
