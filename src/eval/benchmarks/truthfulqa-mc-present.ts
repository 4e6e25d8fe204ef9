/**
 * TruthfulQA multiple choice as the harness of today asks it: mc1 and mc2 are tasks of their own, in file order, and mc2
 * counts every choice that is labelled true.
 *
 * Source: lm-evaluation-harness@4e7e0d47 lm_eval/tasks/truthfulqa.
 */

import { locateDataset } from "../../data/dataset.ts";
import { readTruthfulqaMc, type TruthfulqaMcRow } from "../../data/truthfulqa.ts";
import { argmax, probabilityShare } from "../../metric/choice.ts";
import { checkedShots, type ChoiceBenchmark, type ChoiceItem } from "../benchmark.ts";
import { truthfulqaPrompt } from "./truthfulqa-prompt.ts";

/** Version 2.0: is the true answer the most likely one? */
export const truthfulqaMc1Present: ChoiceBenchmark = presentTruthfulqa("mc1", "2.0");

/** Version 3.0: the share of probability on true answers. */
export const truthfulqaMc2Present: ChoiceBenchmark = presentTruthfulqa("mc2", "3.0");

function presentTruthfulqa(set: "mc1" | "mc2", version: string): ChoiceBenchmark {
  const name = `truthfulqa_${set}`;
  return {
    kind: "choice",
    name,
    label: `TruthfulQA ${set}`,
    version,
    split: "validation",
    shots: 0,
    source: "lm-evaluation-harness@4e7e0d47 lm_eval/tasks/truthfulqa",
    metrics: [{ name: "acc", direction: "higher", groupSize: null }],
    yesChoice: null,
    async load({ folder, shots }) {
      checkedShots({ name, shots: 0 }, shots, 0);
      const { rows, file } = await readTruthfulqaMc(locateDataset("truthfulqa", { folder }), "v0");
      return { items: rows.map((row, index) => toItem(row, { index, set })), file };
    },
    score(item, [loglikelihoods = []]) {
      const prediction = argmax(loglikelihoods);
      const acc = set === "mc1" ? (prediction === 0 ? 1 : 0) : trueShare(item, loglikelihoods);
      return { prediction, scores: { acc } };
    },
    chance: (item) => ({ acc: rightCount(item) / (item.sets[0]?.choices.length ?? NaN) }),
  };
}

function toItem(
  row: TruthfulqaMcRow,
  { index, set }: { readonly index: number; readonly set: "mc1" | "mc2" },
): ChoiceItem {
  const choices = row[set].map(({ text, isTrue }) => ({ text: ` ${text}`, isRight: isTrue }));
  return {
    id: String(index),
    question: row.question,
    context: `${truthfulqaPrompt(row.question)}\nA:`,
    sets: [{ name: set, choices }],
    group: null,
  };
}

/** True choices first, whose share is then taken. */
function trueShare(item: ChoiceItem, loglikelihoods: readonly number[]): number {
  const choices = item.sets[0]?.choices ?? [];
  const of = (isRight: boolean): readonly number[] =>
    loglikelihoods.filter((_, index) => choices[index]?.isRight === isRight);
  return probabilityShare([...of(true), ...of(false)], rightCount(item));
}

function rightCount(item: ChoiceItem): number {
  return item.sets[0]?.choices.filter((choice) => choice.isRight).length ?? 0;
}
