/**
 * How the paper asks about pictures: conversation template v0 with its example pair, text-only demonstrations, the picture
 * before the question; ten tokens, drawn at temperature 0.2 from the 50 most likely.
 *
 * Source: UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmoverall/get_model_output.py and eval_scripts. One difference:
 * the original leaves the stop string "###" in the text that it scores, where a model writes it within ten tokens; here
 * it is cut off.
 */

import { type Sampling } from "../../base/language-model.ts";
import { type Demonstration, evaluationContext, stopString } from "../../data/conversation/evaluation-prompt.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { type Choice, type GenerationItem, type ItemImage } from "../benchmark.ts";

/** The seed of the paper's evaluations; what it draws besides is each benchmark's own affair. */
export const paperSeed = 42;

/** How the paper draws tokens. */
export function paperSampling(seed: number = paperSeed): Sampling {
  return { temperature: 0.2, topK: 50, seed };
}

/** One question about one picture. */
export interface PaperQuestion {
  readonly id: string;
  readonly group: string | null;
  readonly question: string;
  readonly image: ItemImage;
  readonly references: readonly Choice[];
  readonly demonstrations?: readonly Demonstration[];
  readonly maxNewTokens?: number;
  readonly seed: number | undefined;
}

/** The question as the paper asks it. */
export function paperItem(given: PaperQuestion): GenerationItem {
  const { id, group, image, references, demonstrations = [], maxNewTokens = 10, seed } = given;
  const question = pythonStrip(given.question);
  return {
    id,
    group,
    question,
    context: evaluationContext(question, demonstrations),
    images: [image],
    stop: [stopString],
    maxNewTokens,
    minNewTokens: 1,
    sampling: paperSampling(seed),
    references,
  };
}

/** Texts that are all right, as references. */
export function rightAnswers(texts: readonly string[]): readonly Choice[] {
  return texts.map((text) => ({ text, isRight: true }));
}
