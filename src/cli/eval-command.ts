/** `sightlab eval`: scores checkpoints on benchmarks, prints the table, keeps the results. */

import { dirname } from "node:path";
import { access, constants } from "node:fs/promises";
import { parseArgs } from "node:util";

import { type Benchmark } from "../eval/benchmark.ts";
import { findBenchmarks } from "../eval/benchmarks.ts";
import { estimateTime } from "../eval/estimate-time.ts";
import { evaluate } from "../eval/evaluate.ts";
import { open, type OpenedModel } from "../model/open.ts";
import { report } from "../report/report.ts";
import { saveResults } from "../result/file.ts";
import { type Command, UsageError, wholeNumber } from "./command.ts";

const options = {
  model: { type: "string", multiple: true },
  base: { type: "string" },
  benchmarks: { type: "string" },
  limit: { type: "string" },
  data: { type: "string" },
  out: { type: "string" },
  store: { type: "string" },
  besides: { type: "string" },
  device: { type: "string" },
} as const;

/** Opens the models one after the other, so that a bad folder is told before anything is scored. */
export const evalCommand: Command = {
  name: "eval",
  summary: "score checkpoints on benchmarks and print the table",
  usage: [
    "sightlab eval --model <folder> [--model <folder> ...] --benchmarks truthfulqa_mc,ethics",
    "              [--base <folder>] [--limit N] [--data <folder>] [--out results.arrow] [--store answers.jsonl]",
    "              [--besides paper:table-1] [--device auto|cpu]",
    "",
    "--base is a checkpoint too: the other models are shown as its variants, with differences.",
    "--limit asks only the first N samples of each benchmark. --out keeps every sample and number in one Arrow file.",
    "--store writes every answer to disk as it comes: a run that was stopped or killed goes on where it was.",
  ].join("\n"),
  async run(args, { print, say }) {
    const { values } = parseArgs({ args: [...args], options });
    const { model: folders = [], base, benchmarks: names, data: dataFolder, out, store, besides, device } = values;
    if (folders.length === 0 && base === undefined) throw new UsageError("Cannot evaluate: expected --model <folder>");
    if (names === undefined) {
      throw new UsageError("Cannot evaluate: expected --benchmarks, for example truthfulqa_mc,ethics");
    }
    const benchmarks = names.split(",").flatMap((name): readonly Benchmark[] => findBenchmarks(name.trim()));
    const limit = wholeNumber(values.limit, "--limit");
    if (out !== undefined) await access(dirname(out), constants.W_OK);
    const how = {
      command: ["sightlab", "eval", ...args].join(" "),
      ...(limit === undefined ? {} : { limit }),
      ...(dataFolder === undefined ? {} : { dataFolder }),
      ...(store === undefined ? {} : { store }),
    };
    const models: OpenedModel[] = [];
    try {
      for (const { folder, ...identity } of identities(folders, base)) {
        models.push(await open(folder, { ...identity, device: deviceOf(device) }));
      }
      say((await estimateTime(models, benchmarks, how)).text);
      const results = await evaluate(models, benchmarks, how);
      print(report.table(results, besides === undefined ? {} : { besides }).text);
      if (out !== undefined) {
        await saveResults(results, out);
        say(`Wrote ${out}`);
      }
    } finally {
      for (const model of models) model[Symbol.dispose]();
    }
  },
};

interface Identity {
  readonly folder: string;
  readonly name: string;
  readonly base: string;
  readonly variant: string;
}

/** The last part of a folder names a model; with a base, the others are its variants. */
function identities(folders: readonly string[], base: string | undefined): readonly Identity[] {
  const nameOf = (folder: string): string =>
    folder
      .replace(/[/\\]+$/, "")
      .split(/[/\\]/)
      .at(-1) ?? folder;
  if (base === undefined) {
    return folders.map((folder) => ({ folder, name: nameOf(folder), base: nameOf(folder), variant: "base" }));
  }
  const family = nameOf(base);
  const variants = folders.map((folder) => ({ folder, name: nameOf(folder), base: family, variant: nameOf(folder) }));
  return [{ folder: base, name: family, base: family, variant: "base" }, ...variants];
}

function deviceOf(device = "auto"): "auto" | "cpu" | "cuda" | "webgpu" {
  if (device === "auto" || device === "cpu" || device === "cuda" || device === "webgpu") return device;
  throw new UsageError(`Cannot use device "${device}": expected auto, cpu, cuda or webgpu`);
}
