/** TruthfulQA multiple choice: mc1 (is the true answer the most likely one?) and mc2 (how much probability is true?). */

import { locateDataset } from "../../data/dataset.ts";
import { readTruthfulqaMc, type TruthfulqaChoice, type TruthfulqaMcRow } from "../../data/truthfulqa.ts";
import { argmax, probabilityShare } from "../../metric/choice.ts";
import { checkedShots, type Choice, type ChoiceBenchmark, type ChoiceItem, type ChoiceSet } from "../benchmark.ts";
import { harnessOrder } from "../harness-order.ts";
import { truthfulqaPrompt } from "./truthfulqa-prompt.ts";

/** Version 1, what the paper ran: the first release of the data. */
export const truthfulqaMc: ChoiceBenchmark = truthfulqaMcBenchmark("1", "v0");

/** Version 0: the same requests on the second release of the data. */
export const truthfulqaMcSecondRelease: ChoiceBenchmark = truthfulqaMcBenchmark("0", "v1");

function truthfulqaMcBenchmark(version: string, release: string): ChoiceBenchmark {
  return {
    kind: "choice",
    name: "truthfulqa_mc",
    label: "TruthfulQA",
    version,
    split: "validation",
    shots: 0,
    source: "lm-evaluation-harness@00209e10f lm_eval/tasks/truthfulqa.py; paper: Table 1",
    metrics: [
      { name: "mc1", direction: "higher", groupSize: null },
      { name: "mc2", direction: "higher", groupSize: null },
    ],
    yesChoice: null,
    async load({ folder, shots, seed }) {
      checkedShots({ name: "truthfulqa_mc", shots: 0 }, shots, 0);
      const { rows, file } = await readTruthfulqaMc(locateDataset("truthfulqa", { folder }), release);
      return { items: harnessOrder(rows.map(toItem), seed), file };
    },
    score(item, [mc1 = [], mc2 = []]) {
      const prediction = argmax(mc1);
      return { prediction, scores: { mc1: prediction === 0 ? 1 : 0, mc2: probabilityShare(mc2, rightCount(item)) } };
    },
    chance: (item) => ({
      mc1: 1 / (item.sets[0]?.choices.length ?? NaN),
      mc2: rightCount(item) / (item.sets[1]?.choices.length ?? NaN),
    }),
  };
}

function toItem(row: TruthfulqaMcRow, index: number): ChoiceItem {
  return {
    id: String(index),
    question: row.question,
    context: `${truthfulqaPrompt(row.question)}\nA:`,
    sets: [toSet("mc1", row.mc1), toSet("mc2", row.mc2)],
    group: null,
  };
}

/**
 * The harness of 2023 takes the true answers to be those before the first false one; two questions of the first
 * release have true ones after it, which it counts as false. The later harness goes by the label.
 */
function toSet(name: string, choices: readonly TruthfulqaChoice[]): ChoiceSet {
  const firstFalse = choices.findIndex((choice) => !choice.isTrue);
  const toChoice = ({ text }: TruthfulqaChoice, index: number): Choice => ({
    text: ` ${text}`,
    isRight: index < firstFalse,
  });
  return { name, choices: choices.map(toChoice) };
}

function rightCount(item: ChoiceItem): number {
  return item.sets[1]?.choices.filter((choice) => choice.isRight).length ?? 0;
}
