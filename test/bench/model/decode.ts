/**
 * Part (d): greedy decoding, batch 1 and 8, against transformers and against transformers.js on an ONNX export of the same
 * weights, each in a process of its own. Both peers have to write the same texts as we do.
 */

import { fileURLToPath } from "node:url";

import type { GenerationRequest } from "../../../src/base/language-model.ts";
import { readTokenizer } from "../../../src/data/tokenizer.ts";
import { type BenchOptions, type BenchPart, type Finding, median } from "./bench-part.ts";
import { peerPython } from "./peers.ts";
import { separateRequests } from "./requests.ts";
import { type Side, startSide } from "./side.ts";
import { textCheckpoint } from "./text-checkpoint.ts";
import { exportedCheckpoint, transformersJs } from "./transformers-js.ts";

/** New tokens a text. */
const newTokens = 64;

export const part: BenchPart = {
  title: "greedy decoding, M with 32,000 tokens, against transformers and transformers.js",
  run: async ({ rounds }: BenchOptions) => {
    const folder = await textCheckpoint();
    const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
    using ours = startSide(process.execPath, ["--import", "tsx", here("text-ours.ts"), folder]);
    using transformers = startSide(peerPython(), [here("text_peer.py"), folder]);
    using js = startSide(process.execPath, [
      here("transformers-js-peer.mjs"),
      transformersJs(),
      exportedCheckpoint(folder),
    ]);
    const peers = { transformers, "transformers.js": js };
    const prompts = await equalPrompts(folder, 8);
    const findings: Finding[] = [];
    for (const size of [1, 8]) {
      const requests = prompts.slice(0, size).map((context) => ({ context, stop: [], maxNewTokens: newTokens }));
      findings.push(...(await compare({ ours, peers, requests }, Math.min(3, rounds))));
    }
    for (const [name, peer] of Object.entries(peers)) findings.push(await peaks(ours, name, peer));
    return findings;
  },
};

/**
 * The first questions that have as many tokens as each other: fused attention over a cache, as exported models have it, knows
 * no padding on the left, so transformers.js would write other texts.
 */
async function equalPrompts(folder: string, count: number): Promise<readonly string[]> {
  const tokenizer = await readTokenizer(folder);
  const byLength = new Map<number, string[]>();
  for (const { context } of await separateRequests(1000)) {
    const length = tokenizer.encode(context).length;
    const group = byLength.get(length) ?? [];
    byLength.set(length, group);
    if (group.push(context) === count) return group;
  }
  throw new RangeError(`Cannot bench decoding: expected ${count} questions of one length`);
}

interface Task {
  readonly ours: Side;
  readonly peers: Readonly<Record<string, Side>>;
  readonly requests: readonly GenerationRequest[];
}

async function compare({ ours, peers, requests }: Task, rounds: number): Promise<readonly Finding[]> {
  const sides = { ours, ...peers };
  const rates: Record<string, number[]> = {};
  const texts: Record<string, string> = {};
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, side] of Object.entries(sides)) {
      const found: Readonly<Record<string, unknown>> = await side.ask({ do: "decode", requests });
      texts[name] = JSON.stringify(found.texts);
      if (round >= 0) (rates[name] ??= []).push(Number(found.tokens) / Number(found.seconds));
    }
  }
  return Object.keys(peers).map((name) => {
    const [own, theirs] = [median(rates.ours ?? []), median(rates[name] ?? [])];
    const same = texts[name] === texts.ours ? "same texts" : "OTHER TEXTS";
    return {
      what: `batch ${requests.length} against ${name}, ${newTokens} tokens each, ${same}`,
      unit: "tokens/s",
      ours: own,
      theirs,
      ratio: own / theirs,
      goal: 1,
    };
  });
}

async function peaks(ours: Side, name: string, peer: Side): Promise<Finding> {
  const [own, theirs] = [(await ours.ask({ do: "peak" })).bytes ?? NaN, (await peer.ask({ do: "peak" })).bytes ?? NaN];
  return {
    what: `peak memory of the process, beside ${name}`,
    unit: "MB",
    ours: own / 1e6,
    theirs: theirs / 1e6,
    ratio: theirs / own,
    goal: null,
  };
}
