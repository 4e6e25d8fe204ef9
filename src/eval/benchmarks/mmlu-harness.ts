/** MMLU as lm-evaluation-harness asks it: one task a subject, the choices by log-likelihood. */

import { locateDataset } from "../../data/dataset.ts";
import { mmluSubjects, type MmluRow, readMmlu } from "../../data/mmlu.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { checkedShots, type ChoiceBenchmark, type ChoiceItem } from "../benchmark.ts";
import { harnessOrder } from "../harness-order.ts";
import { lengthNormalisedChance, lengthNormalisedMetrics, lengthNormalisedScore } from "../length-normalised.ts";

const letters = ["A", "B", "C", "D"] as const;

/** How one version words a question and its choices. */
interface Wording {
  readonly version: string;
  readonly description: (subject: string) => string;
  readonly ask: (row: MmluRow) => string;
  readonly choices: (row: MmluRow) => readonly string[];
  /** Most examples it can give: version 1 takes the five development rows in their order. */
  readonly mostShots: number;
}

const wordings: readonly Wording[] = [
  {
    version: "1",
    description: (subject) =>
      `The following are multiple choice questions (with answers) about ${subject.replaceAll("_", " ")}.\n\n`,
    ask: (row) => `${pythonStrip(row.question)}\n${lettered(row)}Answer:`,
    choices: () => letters,
    mostShots: 5,
  },
  {
    version: "0",
    description: () => "",
    ask: (row) => `Question: ${row.question}\nChoices:\n${lettered(row)}Answer:`,
    choices: (row) => row.choices,
    mostShots: 0,
  },
];

/** hendrycksTest-<subject> for all 57 subjects, version 1 (letters) and version 0 (the choices' own texts). */
export const hendrycksTests: readonly ChoiceBenchmark[] = mmluSubjects.flatMap((subject) =>
  wordings.map((wording) => hendrycksTest(subject, wording)),
);

function hendrycksTest(subject: string, wording: Wording): ChoiceBenchmark {
  const name = `hendrycksTest-${subject}`;
  return {
    kind: "choice",
    name,
    label: `MMLU ${subject.replaceAll("_", " ")}`,
    version: wording.version,
    split: "test",
    shots: wording.mostShots,
    source: "lm-evaluation-harness lm_eval/tasks/hendrycks_test.py (version 1 @00209e10f); not the paper's protocol",
    metrics: lengthNormalisedMetrics,
    yesChoice: null,
    async load({ folder, shots, seed }) {
      const count = checkedShots({ name, shots: wording.mostShots }, shots, wording.mostShots);
      const location = locateDataset("mmlu", { folder });
      const { rows, file } = await readMmlu(location, { subject, part: "test" });
      const dev = count === 0 ? [] : (await readMmlu(location, { subject, part: "dev" })).rows.slice(0, count);
      const solved = dev.map((row) => `${wording.ask(row)} ${wording.choices(row)[row.answer] ?? ""}\n\n`);
      const before = wording.description(subject) + solved.join("");
      return {
        items: harnessOrder(
          rows.map((row, index) => toItem(row, { index, before, wording })),
          seed,
        ),
        file,
      };
    },
    score: (item, [loglikelihoods = []]) => lengthNormalisedScore(item, loglikelihoods),
    chance: lengthNormalisedChance,
  };
}

function toItem(
  row: MmluRow,
  { index, before, wording }: { readonly index: number; readonly before: string; readonly wording: Wording },
): ChoiceItem {
  const choices = wording.choices(row).map((text, choice) => ({ text: ` ${text}`, isRight: choice === row.answer }));
  return {
    id: String(index),
    question: row.question,
    context: before + wording.ask(row),
    sets: [{ name: "answer", choices }],
    group: null,
  };
}

function lettered(row: MmluRow): string {
  return row.choices.map((choice, index) => `${letters[index] ?? ""}. ${choice}\n`).join("");
}
