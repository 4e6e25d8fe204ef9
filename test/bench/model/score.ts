/**
 * Parts (a) and (b): log-likelihoods. (a) The requests of TruthfulQA's first 100 questions, end to end, against
 * lm-evaluation-harness; (b) requests that share nothing, against plain transformers. The peer's batch size is the best of
 * 1, 8 and 32 on a tenth of the requests; then rounds alternate. Both sides have to give the same numbers.
 */

import { fileURLToPath } from "node:url";

import type { LoglikelihoodRequest } from "../../../src/base/language-model.ts";
import { type BenchOptions, type BenchPart, type Finding, median } from "./bench-part.ts";
import { peerPython } from "./peers.ts";
import { separateRequests, truthfulqaRequests } from "./requests.ts";
import { type Side, startSide } from "./side.ts";
import { textCheckpoint } from "./text-checkpoint.ts";

export const truthfulqa: BenchPart = {
  title: "TruthfulQA-mc, first 100 questions, M with 32,000 tokens, against lm-evaluation-harness",
  run: async (options) => {
    const requests = await truthfulqaRequests(100);
    const few = await truthfulqaRequests(10);
    return await compare({ what: "TruthfulQA-mc", peer: "harness", goal: 5, requests, few }, options);
  },
};

export const separate: BenchPart = {
  title: "scoring without shared prefixes, against transformers",
  run: async (options) => {
    const requests = await separateRequests(128);
    const few = requests.slice(0, 13);
    return await compare({ what: "separate texts", peer: "score", goal: 1, requests, few }, options);
  },
};

interface Task {
  readonly what: string;
  readonly peer: "harness" | "score";
  readonly goal: number;
  readonly requests: readonly LoglikelihoodRequest[];
  /** On which the peer's batch size is chosen. */
  readonly few: readonly LoglikelihoodRequest[];
}

async function compare(
  { what, peer, goal, requests, few }: Task,
  { rounds }: BenchOptions,
): Promise<readonly Finding[]> {
  const folder = await textCheckpoint();
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  using theirs = startSide(peerPython(), [here("text_peer.py"), folder]);
  using ours = startSide(process.execPath, ["--import", "tsx", here("text-ours.ts"), folder]);
  const size = await bestSize(theirs, peer, few);
  await ours.ask({ do: "score", requests: few });
  const times = { theirs: [] as number[], ours: [] as number[] };
  let worst = 0;
  for (let round = 0; round < Math.min(3, rounds); round += 1) {
    const their = await theirs.ask({ do: peer, requests, size });
    const own = await ours.ask({ do: "score", requests });
    times.theirs.push(their.seconds ?? NaN);
    times.ours.push(own.seconds ?? NaN);
    worst = largestDifference(own, their);
  }
  if (!(worst < 1e-3)) throw new Error(`Cannot compare ${what}: a log-likelihood differs by ${worst} of itself`);
  const rate = (seconds: readonly number[]): number => requests.length / median(seconds);
  const [ownPeak, theirPeak] = [(await ours.ask({ do: "peak" })).bytes, (await theirs.ask({ do: "peak" })).bytes];
  return [
    {
      what: `${what}, ${requests.length} requests, peer at its best batch size ${size}, numbers within ${worst.toExponential(0)}`,
      unit: "requests/s",
      ours: rate(times.ours),
      theirs: rate(times.theirs),
      ratio: rate(times.ours) / rate(times.theirs),
      goal,
    },
    {
      what: `${what}, peak memory of the process`,
      unit: "MB",
      ours: (ownPeak ?? NaN) / 1e6,
      theirs: (theirPeak ?? NaN) / 1e6,
      ratio: (theirPeak ?? NaN) / (ownPeak ?? NaN),
      goal: null,
    },
  ];
}

async function bestSize(side: Side, peer: Task["peer"], requests: readonly LoglikelihoodRequest[]): Promise<number> {
  await side.ask({ do: peer, requests: requests.slice(0, 4), size: 1 });
  let best = { size: 1, seconds: Infinity };
  for (const size of [1, 8, 32]) {
    const { seconds = Infinity } = await side.ask({ do: peer, requests, size });
    if (seconds < best.seconds) best = { size, seconds };
  }
  return best.size;
}

/** Of the numbers of two answers, relative to their size. */
function largestDifference(own: Readonly<Record<string, unknown>>, theirs: Readonly<Record<string, unknown>>): number {
  const [a, b] = [own.nats as readonly number[], theirs.nats as readonly number[]]; // one a request
  return a.reduce((most, nats, i) => Math.max(most, Math.abs(nats - (b[i] ?? NaN)) / (1 + Math.abs(nats))), 0);
}
