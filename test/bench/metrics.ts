/**
 * Caption metrics against pycocoevalcap, both in this run: CIDEr, BLEU and ROUGE-L of 5,000 captions with five
 * references each, tokenizers included. The goal is five times as fast.
 *
 * Each side runs in a fresh process, in turns, and counts from captions in memory to scores; the ratio is that of the
 * fastest rounds, which other work on the machine disturbs least. The peer is installed into .sightlab/peers/metrics
 * when it is not there; it needs python3 and Java.
 *
 * Then TruthfulQA through `evaluate` against lm-evaluation-harness (test/bench/metrics/harness.ts).
 * usage: npm run bench:metrics [-- captions|harness]
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { seededRandom, type Random } from "../../src/base/random.ts";
import { captionScores } from "../../src/metric/caption-scores.ts";
import { compareWithHarness } from "./metrics/harness.ts";

const peerVersion = "1.2";
const images = 5000;
const referencesPerImage = 5;
const rounds = 3;
const goal = 5;

interface Captions {
  readonly candidates: readonly string[];
  readonly references: readonly (readonly string[])[];
}

interface Timing {
  readonly seconds: number;
  readonly tokenizerSeconds?: number;
  readonly cider: number;
  readonly rougeL: number;
  readonly bleu4: number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Words by rank: frequent ones short and common, so that n-grams repeat about as in real captions. */
const words = (
  "a the on in of with and is to man two woman standing sitting at white people next an street table holding person up " +
  "red black large field small top riding young near group sign water some train it's his dog front cat blue down " +
  "walking plate beach looking room food there bathroom green bear girl boy wearing kitchen grass playing ball court " +
  "building side horse brown over parked snow bus eating while baseball out skateboard clock orange yellow flying bed " +
  "road motorcycle through tennis phone laptop bench giraffe tree park toilet car elephant giraffes cake wooden " +
  "vase skiing trees traffic kite city umbrella truck airplane hanging zebra sheep bowl computer pizza"
).split(" ");

function caption(random: Random): string {
  const length = 8 + random.integer(6);
  const chosen = Array.from({ length }, () => words[Math.floor(words.length * random.uniform() ** 3)] ?? "a");
  const text = chosen.join(" ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${random.uniform() < 0.8 ? "." : ""}`;
}

function variation(text: string, random: Random): string {
  return text
    .split(" ")
    .map((word) => (random.uniform() < 0.35 ? (words[random.integer(words.length)] ?? "a") : word))
    .join(" ");
}

function makeCaptions(): Captions {
  const random = seededRandom(5);
  const topics = Array.from({ length: images }, () => caption(random));
  return {
    candidates: topics.map((topic) => variation(topic, random)),
    references: topics.map((topic) => Array.from({ length: referencesPerImage }, () => variation(topic, random))),
  };
}

/** The peer's Python, installed on first use. */
function peerPython(): string {
  const folder = join(root, ".sightlab", "peers", "metrics");
  const python = join(folder, "bin", "python");
  if (!existsSync(join(folder, "ready"))) {
    console.log(`Installing pycocoevalcap ${peerVersion} into .sightlab/peers/metrics ...`);
    mkdirSync(folder, { recursive: true });
    execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", `pycocoevalcap==${peerVersion}`], { stdio: "inherit" });
    writeFileSync(join(folder, "ready"), peerVersion);
  }
  return python;
}

function lastLine(output: string): Timing {
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Timing;
}

function runPeer(python: string, file: string): Timing {
  const script = join(root, "test", "bench", "metrics_peer.py");
  return lastLine(execFileSync(python, [script, file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
}

function runOurs(file: string): Timing {
  const script = fileURLToPath(import.meta.url);
  const args = ["--import", "tsx", script, "--time", file];
  return lastLine(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" }));
}

/** What the fresh process of our side does. */
function timeOurs(file: string): Timing {
  const { candidates, references } = JSON.parse(readFileSync(file, "utf8")) as Captions;
  const captions = candidates.map((candidate, i) => ({ candidate, references: references[i] ?? [] }));
  const start = performance.now();
  const { cider, rougeL, bleu } = captionScores(captions);
  const seconds = (performance.now() - start) / 1000;
  return {
    seconds,
    cider: cider.estimate.value ?? NaN,
    rougeL: rougeL.estimate.value ?? NaN,
    bleu4: bleu.corpus[3] ?? NaN,
  };
}

function checkSameScores(ours: Timing, peer: Timing): void {
  for (const metric of ["cider", "rougeL", "bleu4"] as const) {
    if (Math.abs(ours[metric] - peer[metric]) <= 1e-6) continue;
    throw new Error(`Cannot compare speeds at "${metric}": expected ${peer[metric]}, got ${ours[metric]}`);
  }
}

function compareCaptions(): boolean {
  const python = peerPython();
  const folder = mkdtempSync(join(tmpdir(), "sightlab-bench-"));
  const file = join(folder, "captions.json");
  writeFileSync(file, JSON.stringify(makeCaptions()));
  const timings: { readonly ours: number; readonly peer: number }[] = [];
  console.log(`CIDEr + BLEU + ROUGE-L, ${images} captions, ${referencesPerImage} references each, tokenizers included`);
  for (let round = 1; round <= rounds; round++) {
    const ours = runOurs(file);
    const peer = runPeer(python, file);
    checkSameScores(ours, peer);
    timings.push({ ours: ours.seconds, peer: peer.seconds });
    console.log(
      `round ${round}: sightlab ${ours.seconds.toFixed(2)} s, pycocoevalcap ${peer.seconds.toFixed(2)} s ` +
        `(tokenizer ${(peer.tokenizerSeconds ?? NaN).toFixed(2)} s), ratio ${(peer.seconds / ours.seconds).toFixed(1)}`,
    );
  }
  rmSync(folder, { recursive: true });
  const oursSeconds = Math.min(...timings.map(({ ours }) => ours));
  const peerSeconds = Math.min(...timings.map(({ peer }) => peer));
  const ratio = peerSeconds / oursSeconds;
  const reached = ratio >= goal;
  console.log(
    `fastest rounds: ratio ${ratio.toFixed(1)}, goal ${goal}, ${reached ? "reached" : "missed"}; scores equal to 1e-6`,
  );
  const peer = `pycocoevalcap ${peerVersion}`;
  console.log(
    JSON.stringify({
      bench: "metrics",
      peer,
      captions: images,
      rounds: timings,
      oursSeconds,
      peerSeconds,
      ratio,
      goal,
      reached,
    }),
  );
  return reached;
}

const [, , mode = "all", file] = process.argv;
if (mode === "--time" && file !== undefined) console.log(JSON.stringify(timeOurs(file)));
else {
  const reached = mode === "harness" || compareCaptions();
  const finding = mode === "captions" ? null : await compareWithHarness();
  if (finding !== null) console.log(JSON.stringify({ bench: "evaluate", ...finding }));
  if (!reached || (finding !== null && finding.ratio < (finding.goal ?? 0))) process.exitCode = 1;
}
