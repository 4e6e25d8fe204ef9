/**
 * Part (f): what recomputed blocks and a loss in chunks take off the peak memory of a training step at M with 512 tokens: the
 * process at its largest, less what it held with the trainer open. Each step is taken in a process of its own; rounds alternate
 * between the settings, whose losses must agree. There is no peer: `theirs` is the same step without the option.
 *
 * With recomputed blocks the peak is not at the logits but in the last block's gradients; chunks change nothing there.
 */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { TrainerOptions } from "../../../src/train/trainer.ts";
import { type BenchPart, type Finding, median } from "./bench-part.ts";
import { benchCheckpoint, benchSizes } from "./checkpoint.ts";

const length = 512;
const lossChunks = 8;
const adapter = { rank: 64, alpha: 16, dropout: 0 };

/** Options of a step, and those that it is compared with. */
interface Comparison {
  readonly what: string;
  readonly without: Pick<TrainerOptions, "recompute" | "adapter">;
  readonly option: Pick<TrainerOptions, "recompute" | "lossChunks">;
}

const comparisons: readonly Comparison[] = [
  { what: "recomputed blocks, full", without: {}, option: { recompute: true } },
  { what: "a loss in chunks, full", without: {}, option: { lossChunks } },
  { what: "a loss in chunks, LoRA", without: { adapter }, option: { lossChunks } },
];

export const part: BenchPart = {
  title: `peak memory of a training step at M with ${length} tokens`,
  run: async ({ rounds, show }) => {
    const { M } = benchSizes;
    if (M === undefined) throw new RangeError("Cannot bench memory: expected a size M");
    const setting = {
      folder: await benchCheckpoint(M),
      batch: M.batch,
      length,
      vocabulary: M.vocabularySize,
      steps: 1,
    };
    const logitsBytes = 4 * M.batch * length * M.vocabularySize;
    return comparisons.flatMap((comparison) => {
      const found = compare(comparison, { setting, logitsBytes, rounds: Math.min(5, rounds) });
      found.forEach(show);
      return found;
    });
  },
};

interface Measuring {
  readonly setting: object;
  readonly logitsBytes: number;
  readonly rounds: number;
}

function compare(
  { what, without, option }: Comparison,
  { setting, logitsBytes, rounds }: Measuring,
): readonly Finding[] {
  const plain: Step[] = [];
  const spared: Step[] = [];
  for (let round = 0; round < rounds; round += 1) {
    plain.push(step({ ...setting, options: without }));
    spared.push(step({ ...setting, options: { ...without, ...option } }));
  }
  const [loss = NaN, other = NaN] = [plain[0]?.losses[0], spared[0]?.losses[0]];
  if (!(Math.abs(loss - other) < 1e-6 * loss)) {
    throw new Error(`Cannot compare ${what}: the losses differ, ${loss} and ${other}`);
  }
  const [ours, theirs] = [spared, plain].map(
    (steps) => median(steps.map(({ peakBytes, openBytes }) => peakBytes - openBytes)) / 1e6,
  );
  const figures = { unit: "MB", ours: ours ?? NaN, theirs: theirs ?? NaN };
  const saved = figures.theirs - figures.ours;
  if (option.lossChunks === undefined) {
    return [
      { what: `${what}: part of the peak that falls away`, ...figures, ratio: saved / figures.theirs, goal: 0.3 },
    ];
  }
  const share = saved / (logitsBytes / 1e6);
  return [
    {
      what: `${what}: what falls away, as part of the logits' ${logitsBytes / 1e6} MB`,
      ...figures,
      ratio: share,
      goal: 0.5,
    },
  ];
}

interface Step {
  readonly losses: readonly number[];
  readonly peakBytes: number;
  readonly openBytes: number;
}

function step(setting: object): Step {
  const program = fileURLToPath(new URL("../../train/child/one-step.ts", import.meta.url));
  const text = execFileSync(process.execPath, ["--expose-gc", "--import", "tsx", program, JSON.stringify(setting)], {
    encoding: "utf8",
  });
  return JSON.parse(text) as Step; // written by one-step.ts
}
