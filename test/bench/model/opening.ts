/**
 * Part (e): opening a checkpoint of 1 GB in f32, weights left mapped: milliseconds until the session is ready to use them, and
 * how much the process's own memory grows up to the end of a run that reads all of them. Each round is a process of its own;
 * the library of each side is loaded before the clock starts.
 */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { type BenchPart, type Finding, median } from "./bench-part.ts";
import { benchCheckpoint, type BenchSize } from "./checkpoint.ts";
import { peerPython } from "./peers.ts";

/** 250 million weights. */
const size: BenchSize = {
  hiddenSize: 1024,
  intermediateSize: 2752,
  layerCount: 16,
  headCount: 16,
  vocabularySize: 22_000,
  length: 1,
  batch: 1,
};

interface Opened {
  readonly milliseconds: number;
  /** Of the first token, which reads all weights; the peer reads one. */
  readonly ranMs?: number;
  readonly grownBytes: number;
  readonly fileBytes: number;
}

export const part: BenchPart = {
  title: "opening 1 GB of f32 weights that stay mapped",
  run: async ({ rounds }) => {
    const folder = await benchCheckpoint(size);
    const ours: Opened[] = [];
    const theirs: Opened[] = [];
    const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
    for (let round = 0; round < Math.min(5, rounds); round += 1) {
      ours.push(opened(process.execPath, ["--import", "tsx", here("opening-ours.ts"), folder]));
      theirs.push(opened(peerPython(), [here("opening_peer.py"), folder]));
    }
    return findings(ours, theirs);
  },
};

function opened(command: string, args: readonly string[]): Opened {
  const text = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return JSON.parse(text.trim().split("\n").at(-1) ?? "") as Opened; // written by the side
}

function findings(ours: readonly Opened[], theirs: readonly Opened[]): readonly Finding[] {
  const middle = (side: readonly Opened[], key: keyof Opened): number => median(side.map((one) => one[key] ?? NaN));
  const milliseconds = middle(ours, "milliseconds");
  const share = middle(ours, "grownBytes") / middle(ours, "fileBytes");
  const firstTokenMs = middle(ours, "ranMs");
  return [
    {
      what: "first token, which reads all weights",
      unit: "ms",
      ours: firstTokenMs,
      theirs: null,
      ratio: NaN,
      goal: null,
    },
    {
      what: `opening ${(middle(ours, "fileBytes") / 1e9).toFixed(2)} GB to the first use of a weight, transformers beside it, goal 100 ms`,
      unit: "ms",
      ours: milliseconds,
      theirs: middle(theirs, "milliseconds"),
      ratio: 100 / milliseconds,
      goal: 1,
    },
    {
      what: "memory growth beside the file, transformers beside it, goal 10 % of the file",
      unit: "MB",
      ours: middle(ours, "grownBytes") / 1e6,
      theirs: middle(theirs, "grownBytes") / 1e6,
      ratio: 0.1 / share,
      goal: 1,
    },
  ];
}
