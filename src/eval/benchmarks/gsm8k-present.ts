/**
 * GSM8K as the harness of today asks it: five solved problems, other stop strings, and two ways to find the number.
 *
 * Source: lm-evaluation-harness@4e7e0d47 lm_eval/tasks/gsm8k/gsm8k.yaml.
 */

import { locateDataset } from "../../data/dataset.ts";
import { type Gsm8kRow, readGsm8k } from "../../data/gsm8k.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { checkedShots, type GenerationBenchmark, type GenerationItem } from "../benchmark.ts";
import { gsm8kContext } from "./gsm8k.ts";
import { presentDraw } from "./present-order.ts";

/** Version 3.0: `exact_match_strict` wants "#### number", `exact_match_flexible` takes the last number of the text. */
export const gsm8kPresent: GenerationBenchmark = {
  kind: "generation",
  name: "gsm8k",
  label: "GSM8K",
  version: "3.0",
  split: "test",
  shots: 5,
  source: "lm-evaluation-harness@4e7e0d47 lm_eval/tasks/gsm8k/gsm8k.yaml",
  metrics: [
    { name: "exact_match_strict", direction: "higher", groupSize: null },
    { name: "exact_match_flexible", direction: "higher", groupSize: null },
  ],
  async load({ folder, shots, seed }) {
    const count = checkedShots({ name: "gsm8k", shots: 5 }, shots, 32);
    const location = locateDataset("gsm8k", { folder });
    const { rows, file } = await readGsm8k(location, "test");
    const train = count === 0 ? [] : (await readGsm8k(location, "train")).rows;
    const { random } = presentDraw(rows, seed);
    return { items: rows.map((row, index) => toItem(row, index, random.sample(train, count))), file };
  },
  score(item, answer) {
    const right = compared(item.references[0]?.text ?? "");
    const isRight = (found: string): number => (compared(found) === right ? 1 : 0);
    return {
      prediction: null,
      scores: { exact_match_strict: isRight(strictNumber(answer)), exact_match_flexible: isRight(lastNumber(answer)) },
    };
  },
};

function toItem(row: Gsm8kRow, index: number, shots: readonly Gsm8kRow[]): GenerationItem {
  return {
    id: String(index),
    question: row.question,
    context: gsm8kContext(row, shots),
    group: null,
    stop: ["Question:", "</s>", "<|im_end|>"],
    maxNewTokens: 256,
    references: [{ text: row.answer, isRight: true }],
  };
}

/** What stands where no number is found; it equals no answer. */
const invalid = "[invalid]";

function strictNumber(text: string): string {
  return /#### (-?[0-9.,]+)/.exec(text)?.[1] ?? invalid;
}

function lastNumber(text: string): string {
  return pythonStrip(Array.from(text.matchAll(/-?[$0-9.,]{2,}|-?[0-9]+/g), ([found]) => found).at(-1) ?? invalid);
}

/** Without commas, dollar signs, what stands before the last "#### ", a full stop at the end, and case. */
function compared(text: string): string {
  return text
    .replace(/[,$]/g, "")
    .replace(/[^]*#### /, "")
    .replace(/\.(?=\n?$)/, "")
    .toLowerCase();
}
