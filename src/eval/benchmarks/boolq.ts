/** BoolQ: yes-or-no questions on a passage, scored by log-likelihood. */

import { type BoolqRow, readBoolq } from "../../data/boolq.ts";
import { locateDataset } from "../../data/dataset.ts";
import { argmax } from "../../metric/choice.ts";
import { checkedShots, type ChoiceBenchmark, type ChoiceItem } from "../benchmark.ts";
import { harnessOrder } from "../harness-order.ts";

/** Version 1, what the paper ran. A tie is a no in both versions. */
export const boolq: ChoiceBenchmark = boolqBenchmark({
  version: "1",
  answers: [" yes", " no"],
  order: "shuffled",
  source: "lm-evaluation-harness@00209e10f lm_eval/tasks/superglue.py; paper: Table 3",
});

/** Version 2.0, the harness of today: the same text, no before yes, file order. */
export const boolqPresent: ChoiceBenchmark = boolqBenchmark({
  version: "2.0",
  answers: [" no", " yes"],
  order: "file",
  source: "lm-evaluation-harness@4e7e0d47 lm_eval/tasks/super_glue/boolq",
});

interface Wording extends Pick<ChoiceBenchmark, "version" | "source"> {
  readonly answers: readonly [string, string];
  readonly order: "shuffled" | "file";
}

function boolqBenchmark({ version, source, answers, order }: Wording): ChoiceBenchmark {
  const yesChoice = answers.indexOf(" yes");
  return {
    kind: "choice",
    name: "boolq",
    label: "BoolQ",
    version,
    split: "validation",
    shots: 0,
    source,
    metrics: [{ name: "acc", direction: "higher", groupSize: null }],
    yesChoice,
    async load({ folder, shots, seed }) {
      checkedShots({ name: "boolq", shots: 0 }, shots, 0);
      const { rows, file } = await readBoolq(locateDataset("boolq", { folder }));
      const items = rows.map((row, index) => toItem(row, { index, answers }));
      return { items: order === "file" ? items : harnessOrder(items, seed), file };
    },
    score(item, [loglikelihoods = []]) {
      const isTie = loglikelihoods[0] === loglikelihoods[1];
      const prediction = isTie ? 1 - yesChoice : argmax(loglikelihoods);
      return { prediction, scores: { acc: item.sets[0]?.choices[prediction]?.isRight === true ? 1 : 0 } };
    },
    chance: () => ({ acc: 0.5 }),
  };
}

function toItem(
  { question, passage, isYes }: BoolqRow,
  { index, answers }: { readonly index: number; readonly answers: readonly string[] },
): ChoiceItem {
  return {
    id: String(index),
    question,
    context: `${passage}\nQuestion: ${question}?\nAnswer:`,
    group: null,
    sets: [{ name: "answer", choices: answers.map((text) => ({ text, isRight: (text === " yes") === isYes })) }],
  };
}
