/**
 * TruthfulQA-mc through `evaluate` against lm-evaluation-harness: the first 100 questions, a model of size M with 32,000
 * tokens, the harness at the best of its batch sizes. Our side counts everything that `evaluate` does, the reading of the
 * data, the rows and the baselines included; the harness counts its scoring alone. Rounds alternate.
 */

import { fileURLToPath } from "node:url";

import { type Finding, formatFinding, median } from "../model/bench-part.ts";
import { peerPython } from "../model/peers.ts";
import { truthfulqaRequests } from "../model/requests.ts";
import { startSide } from "../model/side.ts";
import { textCheckpoint } from "../model/text-checkpoint.ts";

const questions = 100;
/** The order of the questions that `truthfulqaRequests` has. */
const seed = 1234;
const rounds = 2;
const goal = 5;

/** Runs both sides and says how many times as fast `evaluate` is. @throws Error where their numbers differ. */
export async function compareWithHarness(): Promise<Finding> {
  const requests = await truthfulqaRequests(questions);
  const folder = await textCheckpoint();
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  using theirs = startSide(peerPython(), [here("../model/text_peer.py"), folder]);
  using ours = startSide(process.execPath, ["--import", "tsx", here("evaluate-ours.ts"), folder]);
  const few = requests.slice(0, 100);
  let best = { size: 1, seconds: Infinity };
  await theirs.ask({ do: "harness", requests: few.slice(0, 4), size: 1 });
  for (const size of [1, 8, 32]) {
    const { seconds = Infinity } = await theirs.ask({ do: "harness", requests: few, size });
    if (seconds < best.seconds) best = { size, seconds };
  }
  await ours.ask({ limit: 3, seed });
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const their = await theirs.ask({ do: "harness", requests, size: best.size });
    const own = await ours.ask({ limit: questions, seed });
    checkSame(own.nats as unknown as readonly number[], their.nats as unknown as readonly number[]); // one a request
    times.theirs.push(their.seconds ?? NaN);
    times.ours.push(own.seconds ?? NaN);
  }
  const [ourSeconds, theirSeconds] = [median(times.ours), median(times.theirs)];
  const finding = {
    what: `TruthfulQA-mc through evaluate, ${requests.length} requests, harness at its best batch size ${best.size}`,
    unit: "s",
    ours: ourSeconds,
    theirs: theirSeconds,
    ratio: theirSeconds / ourSeconds,
    goal,
  };
  console.log(formatFinding(finding));
  return finding;
}

function checkSame(own: readonly number[], theirs: readonly number[]): void {
  const worst = Math.max(...own.map((nats, index) => Math.abs(nats - (theirs[index] ?? NaN)) / (1 + Math.abs(nats))));
  if (own.length === theirs.length && worst < 1e-3) return;
  throw new Error(`Cannot compare speeds: expected the same log-likelihoods, got a difference of ${worst} of one`);
}
