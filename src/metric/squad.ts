/**
 * SQuAD 2.0: exact match and token F1 of answers, of answerable and unanswerable questions apart, and the best that a
 * threshold on the probability of "no answer" could give (Rajpurkar, Jia and Liang 2018).
 *
 * Source: rajpurkar/SQuAD-explorer@eee5fdb, evaluate-v2.0.py.
 */

import { meanEstimate, type Estimate } from "./estimate.ts";
import { pythonSplit } from "./python-text.ts";
import { tokenF1 } from "./token-f1.ts";

/** One question with its prediction. */
export interface SquadAnswer {
  /** The predicted answer; empty for "no answer". */
  readonly prediction: string;
  /** The answers that annotators gave; none for an unanswerable question. */
  readonly answers: readonly string[];
  /** Probability that there is no answer, for thresholds; 0 where the model gives none. */
  readonly noAnswerProbability?: number;
}

/** Exact match and F1, fractions; higher is better. */
export interface SquadScore {
  readonly exact: Estimate;
  readonly f1: Estimate;
}

/** What the official program reports. */
export interface SquadResult extends SquadScore {
  /** Answerable questions only. */
  readonly hasAnswer: SquadScore;
  /** Unanswerable questions only. */
  readonly noAnswer: SquadScore;
  readonly bestExact: BestThreshold;
  readonly bestF1: BestThreshold;
}

/** The best mean score over thresholds on the no-answer probability; it knows the right answers. */
export interface BestThreshold {
  readonly value: number;
  readonly threshold: number;
}

const punctuation = /[!-/:-@[-`{-~]/g;
const article = /(?<![\p{L}\p{N}_])(?:an?|the)(?![\p{L}\p{N}_])/gu;

/** Lower case, no ASCII punctuation, no articles, single spaces. */
export function normalizeSquadAnswer(text: string): string {
  return pythonSplit(text.toLowerCase().replace(punctuation, "").replace(article, " ")).join(" ");
}

/** Exact match and F1 of one prediction: the best over the answers that are not empty once normalised. */
export function squadScores({ prediction, answers }: SquadAnswer): { readonly exact: number; readonly f1: number } {
  const found = normalizeSquadAnswer(prediction);
  const wanted = answers.map(normalizeSquadAnswer).filter((answer) => answer !== "");
  if (wanted.length === 0) wanted.push("");
  return {
    exact: Number(wanted.includes(found)),
    f1: Math.max(...wanted.map((answer) => tokenF1(pythonSplit(found), pythonSplit(answer)))),
  };
}

/**
 * Scores of a set of questions. Above `threshold` the no-answer probability counts as the answer "none"; the default,
 * 1, is never passed.
 */
export function squadResult(
  answers: readonly SquadAnswer[],
  { threshold = 1 }: { readonly threshold?: number } = {},
): SquadResult {
  const raw = answers.map(squadScores);
  const scored = answers.map((answer, i): Scored => {
    const hasAnswer = answer.answers.length > 0;
    const probability = answer.noAnswerProbability ?? 0;
    const { exact, f1 } = raw[i] ?? { exact: 0, f1: 0 };
    const forced = Number(!hasAnswer);
    const saysNone = probability > threshold;
    return { hasAnswer, probability, exact: saysNone ? forced : exact, f1: saysNone ? forced : f1 };
  });
  const saysNothing = answers.map(({ prediction }) => prediction === "");
  const best = (metric: "exact" | "f1"): BestThreshold =>
    bestThreshold(
      scored.map(({ hasAnswer, probability }, i) => ({
        probability,
        gain: hasAnswer ? (raw[i]?.[metric] ?? 0) : saysNothing[i] === true ? 0 : -1,
      })),
      scored.filter(({ hasAnswer }) => !hasAnswer).length,
    );
  return {
    ...means(scored),
    hasAnswer: means(scored.filter(({ hasAnswer }) => hasAnswer)),
    noAnswer: means(scored.filter(({ hasAnswer }) => !hasAnswer)),
    bestExact: best("exact"),
    bestF1: best("f1"),
  };
}

interface Scored {
  readonly hasAnswer: boolean;
  readonly probability: number;
  readonly exact: number;
  readonly f1: number;
}

function means(scored: readonly Scored[]): SquadScore {
  return { exact: meanEstimate(scored.map(({ exact }) => exact)), f1: meanEstimate(scored.map(({ f1 }) => f1)) };
}

/** Raises the threshold from below all probabilities; each question that it lets answer changes the score by its gain. */
function bestThreshold(
  questions: readonly { readonly probability: number; readonly gain: number }[],
  unanswerable: number,
): BestThreshold {
  let score = unanswerable;
  let best = { score, threshold: 0 };
  for (const { probability, gain } of [...questions].sort((a, b) => a.probability - b.probability)) {
    score += gain;
    if (score > best.score) best = { score, threshold: probability };
  }
  return { value: best.score / questions.length, threshold: best.threshold };
}
