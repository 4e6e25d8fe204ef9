/** `sightlab requests`: exactly what a model would be asked, without a model. */

import { parseArgs } from "node:util";

import { findBenchmarks } from "../eval/benchmarks.ts";
import { pythonJson, requestHash, requestPairs } from "../eval/request-hash.ts";
import { type Command, natural, UsageError, wholeNumber } from "./command.ts";

const options = {
  version: { type: "string" },
  shots: { type: "string" },
  data: { type: "string" },
  limit: { type: "string" },
  sha256: { type: "boolean", default: false },
} as const;

/** Prints one JSON line a request, or the hash of all of them. */
export const requestsCommand: Command = {
  name: "requests",
  summary: "print what a model would be asked, one JSON line a request",
  usage: [
    "sightlab requests <task> [--version V] [--shots N] [--data <folder>] [--limit N] [--sha256]",
    "",
    "Each line is [context, continuation], or [context, [stop strings]]. --sha256 prints the SHA-256 of all of them as lm-evaluation-harness takes it.",
    "<folder> is laid out like shared/data: truthfulqa/v0/mc_task.json, ethics/cm_test.csv and so on.",
  ].join("\n"),
  async run(args, { print }) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [task] = positionals;
    if (task === undefined || positionals.length > 1) throw new UsageError("Cannot print requests: expected one task");
    const limit = wholeNumber(values.limit, "--limit");
    const shots = natural(values.shots, "--shots");
    const loaded = await Promise.all(
      findBenchmarks(task, values.version).map((benchmark) => benchmark.load({ folder: values.data, shots })),
    );
    const pairs = loaded.flatMap(({ items }) => items.slice(0, limit).flatMap(requestPairs));
    if (values.sha256) print(requestHash(pairs));
    else for (const pair of pairs) print(pythonJson(pair));
  },
};
