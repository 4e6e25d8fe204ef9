/** What the parts that read text ask: real questions where the data is there, else the package's samples. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { LoglikelihoodRequest } from "../../../src/base/language-model.ts";
import { locateDataset } from "../../../src/data/dataset.ts";
import { truthfulqaMc } from "../../../src/eval/benchmarks/truthfulqa-mc.ts";

/** Every choice of the first questions of TruthfulQA's mc1 and mc2, in the harness's order. */
export async function truthfulqaRequests(questions: number): Promise<readonly LoglikelihoodRequest[]> {
  const { items } = await truthfulqaMc.load({ folder: undefined, shots: 0, seed: 1234 }); // what it reads of them
  return items
    .slice(0, questions)
    .flatMap(({ context, sets }) =>
      sets.flatMap(({ choices }) => choices.map(({ text }) => ({ context, continuation: text }))),
    );
}

/** Questions of GSM8K with their solutions: nothing worth sharing. */
export async function separateRequests(count: number): Promise<readonly LoglikelihoodRequest[]> {
  const { folder } = locateDataset("gsm8k");
  const lines = (await readFile(join(folder, "test.jsonl"), "utf8")).split("\n").filter((line) => line !== "");
  return lines.slice(0, count).map((line) => {
    const { question, answer } = JSON.parse(line) as { readonly question: string; readonly answer: string };
    return { context: `${question}\nAnswer:`, continuation: ` ${answer}` };
  });
}
