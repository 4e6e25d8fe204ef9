/**
 * MMLU as the harness of today asks it: one task a subject, letters by log-likelihood, in file order, no examples unless
 * they are asked for.
 *
 * Source: lm-evaluation-harness@4e7e0d47 lm_eval/tasks/mmlu/default.
 */

import { locateDataset } from "../../data/dataset.ts";
import { mmluSubjects, type MmluRow, readMmlu } from "../../data/mmlu.ts";
import { argmax } from "../../metric/choice.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { checkedShots, type ChoiceBenchmark, type ChoiceItem } from "../benchmark.ts";

const letters = ["A", "B", "C", "D"] as const;

/** mmlu_<subject> 1.0 for all 57 subjects. */
export const mmluPresent: readonly ChoiceBenchmark[] = mmluSubjects.map((subject): ChoiceBenchmark => {
  const name = `mmlu_${subject}`;
  const words = subject.replaceAll("_", " ");
  return {
    kind: "choice",
    name,
    label: `MMLU ${words}`,
    version: "1.0",
    split: "test",
    shots: 0,
    source: "lm-evaluation-harness@4e7e0d47 lm_eval/tasks/mmlu/default; not the paper's protocol",
    metrics: [{ name: "acc", direction: "higher", groupSize: null }],
    yesChoice: null,
    async load({ folder, shots }) {
      const count = checkedShots({ name, shots: 0 }, shots, 5);
      const location = locateDataset("mmlu", { folder });
      const { rows, file } = await readMmlu(location, { subject, part: "test" });
      const dev = count === 0 ? [] : (await readMmlu(location, { subject, part: "dev" })).rows.slice(0, count);
      const solved = dev.map((row) => `${ask(row)} ${letters[row.answer]}\n\n`);
      const head = `The following are multiple choice questions (with answers) about ${words}.\n\n`;
      return { items: rows.map((row, index) => toItem(row, index, head + solved.join(""))), file };
    },
    score(item, [loglikelihoods = []]) {
      const prediction = argmax(loglikelihoods);
      return { prediction, scores: { acc: item.sets[0]?.choices[prediction]?.isRight === true ? 1 : 0 } };
    },
    chance: () => ({ acc: 0.25 }),
  };
});

function toItem(row: MmluRow, index: number, before: string): ChoiceItem {
  const choices = letters.map((letter, choice) => ({ text: ` ${letter}`, isRight: choice === row.answer }));
  return {
    id: String(index),
    question: row.question,
    context: before + ask(row),
    group: null,
    sets: [{ name: "answer", choices }],
  };
}

function ask({ question, choices }: MmluRow): string {
  const lines = choices.map((choice, index) => `${letters[index] ?? ""}. ${choice}\n`);
  return `${pythonStrip(question)}\n${lines.join("")}Answer:`;
}
