/** Our side of the harness comparison: a model that is asked through `evaluate`, once a line. */

import { createInterface } from "node:readline";

import { benchmarks } from "../../../src/eval/benchmarks.ts";
import { evaluate } from "../../../src/eval/evaluate.ts";
import { open } from "../../../src/model/open.ts";
import { sampleRows } from "../../../src/result/table.ts";

using model = await open(process.argv[2] ?? "", { device: "cpu" });

for await (const line of createInterface({ input: process.stdin })) {
  const { limit, seed } = JSON.parse(line) as { readonly limit: number; readonly seed: number }; // written by harness.ts
  const start = performance.now();
  const results = await evaluate([model], [benchmarks.truthfulqaMc], { limit, seed });
  const seconds = (performance.now() - start) / 1000;
  const nats = sampleRows(results).flatMap((row) => row.loglikelihoods);
  console.log(JSON.stringify({ seconds, nats }));
}
