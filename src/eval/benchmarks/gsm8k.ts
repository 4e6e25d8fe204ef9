/** GSM8K: grade-school problems, worked out in words; right where the number after "####" is. */

import { locateDataset } from "../../data/dataset.ts";
import { gsm8kNumber, type Gsm8kRow, readGsm8k } from "../../data/gsm8k.ts";
import { checkedShots, type GenerationBenchmark, type GenerationItem } from "../benchmark.ts";
import { harnessDraw } from "../harness-order.ts";

/** Version 0, what the paper ran: 8 solved problems before each. */
export const gsm8k: GenerationBenchmark = gsm8kBenchmark("0", [":", "Question:", "Question"]);

/** The stop string that only the harness's golden hash knows; it was changed on 2023-05-11 without a new hash. */
export const gsm8kGolden: GenerationBenchmark = gsm8kBenchmark("0-golden", ["\n"]);

function gsm8kBenchmark(version: string, stop: readonly string[]): GenerationBenchmark {
  return {
    kind: "generation",
    name: "gsm8k",
    label: "GSM8K",
    version,
    split: "test",
    shots: 8,
    source: "lm-evaluation-harness@00209e10f lm_eval/tasks/gsm8k.py; paper: Table 3",
    metrics: [{ name: "acc", direction: "higher", groupSize: null }],
    async load({ folder, shots, seed }) {
      const count = checkedShots({ name: "gsm8k", shots: 8 }, shots, 32);
      const location = locateDataset("gsm8k", { folder });
      const { rows, file } = await readGsm8k(location, "test");
      const train = count === 0 ? [] : (await readGsm8k(location, "train")).rows;
      const { documents, random } = harnessDraw([...rows.entries()], seed);
      const items = documents.map(([index, row]) => toItem(row, { index, stop, shots: random.sample(train, count) }));
      return { items, file };
    },
    score(item, answer) {
      const right = item.references[0]?.text;
      return { prediction: null, scores: { acc: (gsm8kNumber(answer) ?? "none") === right ? 1 : 0 } };
    },
  };
}

function toItem(
  row: Gsm8kRow,
  {
    index,
    stop,
    shots,
  }: { readonly index: number; readonly stop: readonly string[]; readonly shots: readonly Gsm8kRow[] },
): GenerationItem {
  return {
    id: String(index),
    question: row.question,
    context: gsm8kContext(row, shots),
    group: null,
    stop,
    maxNewTokens: 256,
    references: [{ text: gsm8kNumber(row.answer) ?? "", isRight: true }],
  };
}

/** The problem after solved ones, as the harness words it in every version. */
export function gsm8kContext(row: Gsm8kRow, shots: readonly Gsm8kRow[]): string {
  return shots.map((shot) => `${ask(shot)} ${shot.answer}\n\n`).join("") + ask(row);
}

function ask({ question }: Gsm8kRow): string {
  return `Question: ${question}\nAnswer:`;
}
