/**
 * Part (c): one training step, full and LoRA, against PyTorch eager with transformers and PEFT, and against the rate of a
 * plain float32 Gemm of the block's feed-forward shape in the same runtime. Both sides keep their processes; rounds
 * alternate: peer, Gemm, ours, Gemm.
 */

import { fileURLToPath } from "node:url";

import { type BenchOptions, type BenchPart, type Finding, median } from "./bench-part.ts";
import { benchCheckpoint, type BenchSize, benchSizes } from "./checkpoint.ts";
import { peerPython } from "./peers.ts";
import { type Side, startSide } from "./side.ts";

const modes = ["full", "lora"] as const;
type Mode = (typeof modes)[number];

/** LoRA as the paper has it; without dropout, which draws numbers and multiplies nothing. */
const rank = 64;
const gemmGoals: Readonly<Record<Mode, number>> = { full: 0.8, lora: 0.95 };

export const part: BenchPart = {
  title: "training step, full and LoRA, against PyTorch eager and plain Gemm",
  run: async (options) => {
    const findings: Finding[] = [];
    for (const name of options.sizes) {
      const size = benchSizes[name];
      if (size === undefined) throw new RangeError(`Cannot bench size "${name}": expected S or M`);
      for (const mode of modes) {
        const compared = await compare({ name, size, mode }, options);
        compared.forEach(options.show);
        findings.push(...compared);
      }
    }
    return findings;
  },
};

interface Task {
  readonly name: string;
  readonly size: BenchSize;
  readonly mode: Mode;
}

async function compare({ name, size, mode }: Task, { rounds }: BenchOptions): Promise<readonly Finding[]> {
  const setting = JSON.stringify({ folder: await benchCheckpoint(size), size, mode, rank });
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  using peer = startSide(peerPython(), [here("train_peer.py"), setting]);
  using ours = startSide(process.execPath, ["--import", "tsx", here("train-ours.ts"), setting]);
  const steps = name === "S" ? 10 : 2;
  const theirChoice = await peer.ask({ do: "start" });
  await ours.ask({ do: "start" });
  const times = { theirs: [] as number[], ours: [] as number[], gemm: [] as number[] };
  let losses: readonly number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const theirs = await peer.ask({ do: "step", count: steps });
    const before = await gemmRate(ours);
    const own = await ours.ask({ do: "step", count: steps });
    const after = await gemmRate(ours);
    times.theirs.push(theirs.seconds ?? NaN);
    times.ours.push(own.seconds ?? NaN);
    times.gemm.push((before + after) / 2);
    losses = [own.loss ?? NaN, theirs.loss ?? NaN];
  }
  const [ownLoss = NaN, theirLoss = NaN] = losses;
  if (!(Math.abs(ownLoss - theirLoss) < 1e-3 * theirLoss)) {
    throw new Error(`Cannot compare ${mode} steps at ${name}: the losses differ, ${ownLoss} and ${theirLoss}`);
  }
  const peaks = [(await ours.ask({ do: "peak" })).bytes ?? NaN, (await peer.ask({ do: "peak" })).bytes ?? NaN] as const;
  return findingsOf({ name, size, mode }, { ...times, peaks, theirChoice: JSON.stringify(theirChoice) });
}

interface Measured {
  readonly theirs: readonly number[];
  readonly ours: readonly number[];
  readonly gemm: readonly number[];
  readonly peaks: readonly [number, number];
  readonly theirChoice: string;
}

function findingsOf({ name, size, mode }: Task, measured: Measured): readonly Finding[] {
  const label = `${mode} step at ${name}`;
  const [own, theirs] = [median(measured.ours), median(measured.theirs)];
  const fraction = median(
    measured.ours.map((seconds, i) => products(size, mode) / seconds / (measured.gemm[i] ?? NaN)),
  );
  const [ownPeak, theirPeak] = measured.peaks;
  return [
    {
      what: `${label}, peer at its best ${measured.theirChoice}`,
      unit: "ms",
      ours: own * 1000,
      theirs: theirs * 1000,
      ratio: theirs / own,
      goal: 1,
    },
    {
      what: `${label}, products the mathematics needs against plain Gemm`,
      unit: "Gflop/s",
      ours: products(size, mode) / own / 1e9,
      theirs: median(measured.gemm) / 1e9,
      ratio: fraction,
      goal: name === "M" ? gemmGoals[mode] : null,
    },
    {
      what: `${label}, peak memory of the process`,
      unit: "MB",
      ours: ownPeak / 1e6,
      theirs: theirPeak / 1e6,
      ratio: theirPeak / ownPeak,
      goal: null,
    },
  ];
}

async function gemmRate(side: Side): Promise<number> {
  const { flops = NaN, seconds = NaN } = await side.ask({ do: "gemm", count: 10 });
  return flops / seconds;
}

/**
 * 2mnk of each product that a step needs. Full: forward, and backward for inputs and weights, of each matrix; six products of
 * T x T a head (scores and mixture, forward and backward; masked places are counted, as they are computed). LoRA: no product
 * for a frozen weight, none below the first adapter, and six of each adapter's.
 */
export function products(
  { hiddenSize: d, intermediateSize: f, layerCount, vocabularySize, length, batch }: BenchSize,
  mode: Mode,
): number {
  const tokens = batch * length;
  const matrices = layerCount * (4 * d * d + 3 * d * f);
  const attention = layerCount * 6 * 2 * batch * length * length * d;
  if (mode === "full") return 6 * tokens * (matrices + d * vocabularySize) + attention;
  const frozen = 4 * tokens * (matrices + d * vocabularySize) - 2 * tokens * 3 * d * d;
  const widths = layerCount * (4 * 2 * d + 3 * (d + f)); // in + out of each adapted matrix
  return frozen + 6 * tokens * rank * widths - 2 * tokens * rank * 3 * d + attention;
}
