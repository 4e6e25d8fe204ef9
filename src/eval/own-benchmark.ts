/** A benchmark of the user's own, from questions in memory. */

import { createHash } from "node:crypto";

import { checkedShots, type ChoiceBenchmark, type ChoiceItem } from "./benchmark.ts";
import { lengthNormalisedChance, lengthNormalisedMetrics, lengthNormalisedScore } from "./length-normalised.ts";

/** One question with its choices. */
export interface OwnQuestion {
  readonly question: string;
  readonly choices: readonly string[];
  /** Index of the right choice. */
  readonly answer: number;
}

/** What a benchmark of one's own is made of. */
export interface OwnBenchmark {
  /** A short word, which files and tables use: "capitals". */
  readonly name: string;
  /** Default: the name. */
  readonly label?: string;
  /** Change it when questions or wording change. Default: "1". */
  readonly version?: string;
  readonly questions: readonly OwnQuestion[];
  /** The text before the choices. Default: "Question: ...", a new line, "Answer:". */
  readonly prompt?: (question: OwnQuestion) => string;
}

/**
 * A benchmark whose score is the share of questions where the right choice is the most likely one ("acc"), and the same
 * with log-likelihoods divided by the choices' lengths in characters ("acc_norm"). Choices are asked after one space, in
 * the order given.
 *
 * @throws RangeError naming the question that has fewer than two choices or no right one.
 */
export function ownBenchmark({
  name,
  label = name,
  version = "1",
  questions,
  prompt = ({ question }) => `Question: ${question}\nAnswer:`,
}: OwnBenchmark): ChoiceBenchmark {
  for (const [index, { choices, answer }] of questions.entries()) {
    if (choices.length < 2 || choices[answer] === undefined) {
      throw new RangeError(
        `Cannot make benchmark "${name}" at "questions[${index}]": expected at least two choices and an answer in [0, ${choices.length}), got ${choices.length} and ${answer}`,
      );
    }
  }
  const items = questions.map((question, index) => toItem(question, { index, context: prompt(question) }));
  const sha256 = createHash("sha256").update(JSON.stringify(items)).digest("hex");
  return {
    kind: "choice",
    name,
    label,
    version,
    split: "test",
    shots: 0,
    source: "questions given in the program",
    metrics: lengthNormalisedMetrics,
    yesChoice: null,
    load({ shots }) {
      checkedShots({ name, shots: 0 }, shots, 0);
      return Promise.resolve({ items, file: { path: "", sha256, provenance: "other" } });
    },
    score: (item, [loglikelihoods = []]) => lengthNormalisedScore(item, loglikelihoods),
    chance: lengthNormalisedChance,
  };
}

function toItem(
  { question, choices, answer }: OwnQuestion,
  { index, context }: { readonly index: number; readonly context: string },
): ChoiceItem {
  const all = choices.map((text, choice) => ({ text: ` ${text}`, isRight: choice === answer }));
  return { id: String(index), question, context, sets: [{ name: "answer", choices: all }], group: null };
}
