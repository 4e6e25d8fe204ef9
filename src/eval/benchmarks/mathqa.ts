/** MathQA: word problems with five choices, scored by log-likelihood. */

import { locateDataset } from "../../data/dataset.ts";
import { type MathqaRow, readMathqa } from "../../data/mathqa.ts";
import { checkedShots, type ChoiceBenchmark, type ChoiceItem } from "../benchmark.ts";
import { harnessDraw } from "../harness-order.ts";
import { lengthNormalisedChance, lengthNormalisedMetrics, lengthNormalisedScore } from "../length-normalised.ts";
import { presentDraw } from "./present-order.ts";

/** Version 0, what the paper ran: 4 solved problems before each. The paper's "Acc." is `acc`, presumably. */
export const mathqa: ChoiceBenchmark = mathqaBenchmark({
  version: "0",
  shots: 4,
  source: "lm-evaluation-harness@00209e10f lm_eval/tasks/mathqa.py; paper: Table 3 (acc)",
  draw: harnessDraw,
});

/** Version 1.0, the harness of today: file order, another draw of the examples, and none of them by default. */
export const mathqaPresent: ChoiceBenchmark = mathqaBenchmark({
  version: "1.0",
  shots: 0,
  source: "lm-evaluation-harness@4e7e0d47 lm_eval/tasks/mathqa",
  draw: presentDraw,
});

function mathqaBenchmark({
  version,
  shots: ownShots,
  source,
  draw,
}: Pick<ChoiceBenchmark, "version" | "shots" | "source"> & { readonly draw: typeof harnessDraw }): ChoiceBenchmark {
  return {
    kind: "choice",
    name: "mathqa",
    label: "MathQA",
    version,
    split: "test",
    shots: ownShots,
    source,
    metrics: lengthNormalisedMetrics,
    yesChoice: null,
    async load({ folder, shots, seed }) {
      const count = checkedShots({ name: "mathqa", shots: ownShots }, shots, 32);
      const location = locateDataset("mathqa", { folder });
      const { rows, file } = await readMathqa(location, "test");
      const train = count === 0 ? [] : (await readMathqa(location, "train")).rows;
      const { documents, random } = draw([...rows.entries()], seed);
      const items = documents.map(([index, row]) =>
        toItem(row, { index, shots: count === 0 ? [] : random.sample(train, count) }),
      );
      return { items, file };
    },
    score: (item, [loglikelihoods = []]) => lengthNormalisedScore(item, loglikelihoods),
    chance: lengthNormalisedChance,
  };
}

function toItem(
  row: MathqaRow,
  { index, shots }: { readonly index: number; readonly shots: readonly MathqaRow[] },
): ChoiceItem {
  const solved = shots.map((shot) => `${ask(shot)} ${shot.choices[shot.answer] ?? ""}\n\n`);
  const choices = row.choices.map((text, choice) => ({ text: ` ${text}`, isRight: choice === row.answer }));
  return {
    id: String(index),
    question: row.problem,
    context: solved.join("") + ask(row),
    group: null,
    sets: [{ name: "answer", choices }],
  };
}

function ask({ problem }: MathqaRow): string {
  return `Question: ${problem}\nAnswer:`;
}
