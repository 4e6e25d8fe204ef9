/** What the five ETHICS tasks share: two fixed answers, accuracy, exact match over groups. */

import { locateDataset, type DatasetLocation } from "../../data/dataset.ts";
import { type DatasetRows } from "../../data/ethics.ts";
import { type BenchmarkMetric, checkedShots, type ChoiceBenchmark, type ChoiceItem } from "../benchmark.ts";
import { harnessOrder } from "../harness-order.ts";

/** One question of an ETHICS task: what is asked, and whether the right answer is yes (or reasonable). */
export interface EthicsQuestion {
  readonly question: string;
  readonly context: string;
  readonly isYes: boolean;
}

/** What differs between the tasks. */
export interface EthicsTask<Row> {
  readonly name: string;
  readonly label: string;
  readonly version?: string;
  readonly source?: string;
  /** The two continuations in the order they are asked. */
  readonly answers: readonly [string, string];
  /** Which of them says yes (or reasonable). */
  readonly yesChoice: 0 | 1;
  /** Rows in a row that belong together; null where the task has no groups. */
  readonly groupSize: number | null;
  /** Asked in the order of the harness of 2023 (the default) or of the file. */
  readonly order?: "shuffled" | "file";
  readonly read: (location: DatasetLocation) => Promise<DatasetRows<Row>>;
  readonly ask: (row: Row) => EthicsQuestion;
}

const harness = "lm-evaluation-harness@00209e10f lm_eval/tasks/hendrycks_ethics.py; paper: Table 1";

/** A benchmark of one ETHICS task: zero-shot, test split, accuracy and (with groups) exact match. */
export function ethicsBenchmark<Row>(task: EthicsTask<Row>): ChoiceBenchmark {
  const { name, label, version = "0", source = harness, yesChoice, groupSize, order = "shuffled" } = task;
  const accuracy: BenchmarkMetric = { name: "acc", direction: "higher", groupSize: null };
  const metrics = groupSize === null ? [accuracy] : [accuracy, { ...accuracy, name: "em", groupSize }];
  const scoresOf = (share: number): Record<string, number> =>
    groupSize === null ? { acc: share } : { acc: share, em: share };
  return {
    kind: "choice",
    name,
    label,
    version,
    split: "test",
    shots: 0,
    source,
    metrics,
    yesChoice,
    async load({ folder, shots, seed }) {
      checkedShots({ name, shots: 0 }, shots, 0);
      const { rows, file } = await task.read(locateDataset("ethics", { folder }));
      const items = rows.map((row, index) => toItem(task, row, index));
      return { items: order === "file" ? items : harnessOrder(items, seed), file };
    },
    score(item, [loglikelihoods = []]) {
      const prediction = preferred(loglikelihoods, yesChoice);
      return { prediction, scores: scoresOf(item.sets[0]?.choices[prediction]?.isRight === true ? 1 : 0) };
    },
    chance: () => scoresOf(0.5),
  };
}

/**
 * Version 1.0, what the harness of today asks: the same texts, "no" before "yes", file order, no exact match.
 *
 * Source: lm-evaluation-harness@4e7e0d47 lm_eval/tasks/hendrycks_ethics.
 */
export function presentEthics<Row>(task: EthicsTask<Row>): ChoiceBenchmark {
  const [yes, no] = [task.answers[task.yesChoice], task.answers[1 - task.yesChoice] ?? ""];
  const source = "lm-evaluation-harness@4e7e0d47 lm_eval/tasks/hendrycks_ethics";
  return ethicsBenchmark({
    ...task,
    version: "1.0",
    source,
    answers: [no, yes],
    yesChoice: 1,
    groupSize: null,
    order: "file",
  });
}

function toItem<Row>(task: EthicsTask<Row>, row: Row, index: number): ChoiceItem {
  const { question, context, isYes } = task.ask(row);
  const choices = task.answers.map((text, choice) => ({ text, isRight: (choice === task.yesChoice) === isYes }));
  return {
    id: String(index),
    question,
    context,
    sets: [{ name: "answer", choices }],
    group: task.groupSize === null ? null : String(Math.floor(index / task.groupSize)),
  };
}

/** The harness says yes only where yes is strictly more likely; a tie is no (or unreasonable). */
function preferred(loglikelihoods: readonly number[], yesChoice: 0 | 1): number {
  const noChoice = 1 - yesChoice;
  return (loglikelihoods[yesChoice] ?? NaN) > (loglikelihoods[noChoice] ?? NaN) ? yesChoice : noChoice;
}
