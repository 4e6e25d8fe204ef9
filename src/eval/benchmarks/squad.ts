/** SQuAD 2.0: an answer in words to a question on a paragraph, or none; exact match and token F1. */

import { locateDataset } from "../../data/dataset.ts";
import { readSquad, type SquadRow } from "../../data/squad.ts";
import { meanEstimate } from "../../metric/estimate.ts";
import { type SquadAnswer, squadResult, squadScores } from "../../metric/squad.ts";
import {
  type BenchmarkMetric,
  checkedShots,
  type CorpusSample,
  type GenerationBenchmark,
  type GenerationItem,
} from "../benchmark.ts";
import { harnessOrder } from "../harness-order.ts";

type Score = "exact" | "f1";

/**
 * Version 1, what the paper ran; its "F1" is `f1`. `best_exact` and `best_f1` choose a threshold on the probability of
 * " unanswerable" with the right answers in hand: they start at the share of unanswerable questions (50 %), and have no
 * standard error here.
 */
export const squad: GenerationBenchmark = squadBenchmark({
  name: "squad2",
  version: "1",
  order: "shuffled",
  source: "lm-evaluation-harness@00209e10f lm_eval/tasks/squad.py; paper: Table 3 (f1)",
});

/** Version 3, the harness of today: the same requests and scores in file order. */
export const squadPresent: GenerationBenchmark = squadBenchmark({
  name: "squadv2",
  version: "3",
  order: "file",
  source: "lm-evaluation-harness@4e7e0d47 lm_eval/tasks/squadv2",
});

interface Variant extends Pick<GenerationBenchmark, "name" | "version" | "source"> {
  readonly order: "shuffled" | "file";
}

function squadBenchmark({ name, version, source, order }: Variant): GenerationBenchmark {
  return {
    kind: "generation",
    name,
    label: "SQuAD v2",
    version,
    split: "validation",
    shots: 0,
    source,
    metrics: [
      { name: "exact", direction: "higher", groupSize: null },
      { name: "f1", direction: "higher", groupSize: null },
      partMetric("HasAns_exact", { score: "exact", hasAnswer: true }),
      partMetric("HasAns_f1", { score: "f1", hasAnswer: true }),
      partMetric("NoAns_exact", { score: "exact", hasAnswer: false }),
      partMetric("NoAns_f1", { score: "f1", hasAnswer: false }),
      bestMetric("best_exact", "bestExact"),
      bestMetric("best_f1", "bestF1"),
    ],
    async load({ folder, shots, seed }) {
      checkedShots({ name, shots: 0 }, shots, 0);
      const { rows, file } = await readSquad(locateDataset("squad", { folder }));
      const items = rows.map(toItem);
      return { items: order === "file" ? items : harnessOrder(items, seed), file };
    },
    score(item, answer, [unanswerable = -Infinity] = []) {
      const answers = item.references.map(({ text }) => text);
      const { exact, f1 } = squadScores({ prediction: answer, answers });
      return { prediction: null, scores: { exact, f1, no_answer_probability: Math.exp(unanswerable) } };
    },
  };
}

function toItem({ id, title, context, question, answers }: SquadRow): GenerationItem {
  return {
    id,
    question,
    context: `Title: ${title}\n\nBackground: ${context}\n\nQuestion: ${question}\n\nAnswer:`,
    group: null,
    stop: ["\n"],
    maxNewTokens: 256,
    references: answers.map((text) => ({ text, isRight: true })),
    alsoScored: [" unanswerable"],
  };
}

/** The mean over the questions that have an answer, or over those that have none. */
function partMetric(
  name: string,
  { score, hasAnswer }: { readonly score: Score; readonly hasAnswer: boolean },
): BenchmarkMetric {
  const isIn = ({ references }: CorpusSample): boolean => references.length > 0 === hasAnswer;
  return {
    name,
    direction: "higher",
    groupSize: null,
    over: (samples) => meanEstimate(samples.filter(isIn).map(({ scores }) => scores[score] ?? null)),
  };
}

function bestMetric(name: string, best: "bestExact" | "bestF1"): BenchmarkMetric {
  return {
    name,
    direction: "higher",
    groupSize: null,
    over: (samples) => {
      const n = samples.length;
      const value = n === 0 ? null : squadResult(samples.map(toAnswer))[best].value;
      return { value, standardError: null, n, unscored: 0 };
    },
  };
}

function toAnswer({ response, references, scores }: CorpusSample): SquadAnswer {
  return {
    prediction: response ?? "",
    answers: references.map(({ text }) => text),
    noAnswerProbability: scores.no_answer_probability ?? 0,
  };
}
