/** `sightlab eval`: scores checkpoints on benchmarks, prints the table, keeps the results. */

import { dirname } from "node:path";
import { access, constants } from "node:fs/promises";
import { parseArgs } from "node:util";

import { type LanguageModel } from "../base/language-model.ts";
import { askedByChat } from "../eval/asked-by-chat.ts";
import { type Benchmark } from "../eval/benchmark.ts";
import { findBenchmarks } from "../eval/benchmarks.ts";
import { estimateTime } from "../eval/estimate-time.ts";
import { evaluate } from "../eval/evaluate.ts";
import { type RemoteModel, remoteModel } from "../eval/remote-model.ts";
import { open, type OpenedModel } from "../model/open.ts";
import { report } from "../report/report.ts";
import { saveResults } from "../result/file.ts";
import { type Command, natural, UsageError, wholeNumber } from "./command.ts";

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
  shots: { type: "string" },
  seed: { type: "string" },
  chat: { type: "boolean", default: false },
  "no-language-check": { type: "boolean", default: false },
  "key-variable": { type: "string" },
  "max-requests": { type: "string" },
  "max-tokens": { type: "string" },
} as const;

/** Opens the models one after the other, so that a bad folder is told before anything is scored. */
export const evalCommand: Command = {
  name: "eval",
  summary: "score checkpoints on benchmarks and print the table",
  usage: [
    "sightlab eval --model <folder> [--model <folder> ...] --benchmarks truthfulqa,ethics",
    "              [--base <folder>] [--limit N] [--shots N] [--seed N] [--data <folder>]",
    "              [--out results.arrow] [--store answers.jsonl] [--besides paper:table-1] [--device auto|cpu|cuda]",
    "              [--no-language-check] [--chat] [--key-variable NAME|none] [--max-requests N] [--max-tokens N]",
    "",
    "--base is a checkpoint too: the other models are shown as its variants, with differences.",
    "How well each of them predicts a held-out text stands under the table, and gains that come with less of that are marked;",
    "--no-language-check leaves that out.",
    "--limit asks only the first N samples of each benchmark. --out keeps every sample and number in one Arrow file.",
    "Every answer is written to disk as it comes, in --store or, with --out, in <out>.answers.jsonl: a run that was stopped",
    "or killed goes on where it was.",
    "A model may be an endpoint of OpenAI's protocol, https://api.openai.com/v1#gpt-4-turbo; its key comes from the",
    "environment (OPENAI_API_KEY). --chat asks benchmarks of choices in words; --max-requests and --max-tokens stop it.",
  ].join("\n"),
  async run(args, { print, say }) {
    const { values } = parseArgs({ args: [...args], options });
    const { model: folders = [], base, benchmarks: names, data: dataFolder, out, besides, device } = values;
    if (folders.length === 0 && base === undefined) throw new UsageError("Cannot evaluate: expected --model <folder>");
    if (names === undefined) {
      throw new UsageError("Cannot evaluate: expected --benchmarks, for example truthfulqa,ethics");
    }
    const benchmarks = names
      .split(",")
      .flatMap((name) => findBenchmarks(name.trim()))
      .map((benchmark): Benchmark => (values.chat ? askedByChat(benchmark) : benchmark));
    const limit = wholeNumber(values.limit, "--limit");
    const [shots, seed] = [natural(values.shots, "--shots"), natural(values.seed, "--seed")];
    const store = values.store ?? (out === undefined ? undefined : `${out}.answers.jsonl`);
    if (out !== undefined) await access(dirname(out), constants.W_OK);
    const how = {
      command: ["sightlab", "eval", ...args].join(" "),
      ...(limit === undefined ? {} : { limit }),
      ...(shots === undefined ? {} : { shots }),
      ...(seed === undefined ? {} : { seed }),
      ...(dataFolder === undefined ? {} : { dataFolder }),
      ...(store === undefined ? {} : { store }),
      ...(values["no-language-check"] ? ({ language: false } as const) : {}),
    };
    const local: OpenedModel[] = [];
    const models: LanguageModel[] = [];
    try {
      for (const { folder, ...identity } of identities(folders, base)) {
        if (/^https?:/.test(folder)) models.push(endpoint(folder, identity, values));
        else {
          const opened = await open(folder, { ...identity, device: deviceOf(device) });
          local.push(opened);
          models.push(opened);
        }
      }
      if (local.length === models.length) say((await estimateTime(models, benchmarks, how)).text);
      const results = await evaluate(models, benchmarks, how);
      print(report.table(results, besides === undefined ? {} : { besides }).text);
      if (out !== undefined) {
        await saveResults(results, out);
        say(`Wrote ${out}`);
      }
    } finally {
      for (const model of local) model[Symbol.dispose]();
    }
  },
};

/** The endpoint "<address>#<model>", within its limits. A trial would cost money, so none is made. */
function endpoint(
  place: string,
  identity: Omit<Identity, "folder">,
  limits: { readonly "key-variable"?: string; readonly "max-requests"?: string; readonly "max-tokens"?: string },
): RemoteModel {
  const [address = "", model = ""] = place.split("#");
  if (model === "") throw new UsageError(`Cannot ask "${address}": expected <address>#<model>, got no model`);
  const requests = wholeNumber(limits["max-requests"], "--max-requests");
  const tokens = wholeNumber(limits["max-tokens"], "--max-tokens");
  const variable = limits["key-variable"];
  return remoteModel({
    address,
    model,
    identity,
    budget: { ...(requests === undefined ? {} : { requests }), ...(tokens === undefined ? {} : { tokens }) },
    ...(variable === undefined ? {} : { keyVariable: variable === "none" ? null : variable }),
  });
}

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
      .split(/[/\\#]/)
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
