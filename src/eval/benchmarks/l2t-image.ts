/**
 * How the L2T benchmarks ask about pictures: LLaVA-1.5's template v1, which TinyLLaVA's has the words of, greedy.
 *
 * Source: haotian-liu/LLaVA@c121f04 llava/conversation.py (vicuna_v1), llava/eval/model_vqa_loader.py. The paper's own
 * prompts are not known; L2T takes over those of each base recipe.
 */

import { imageMarker } from "../../base/language-model.ts";

const system =
  "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions.";

/** What LLaVA-1.5 adds to questions that have a short answer. */
export const shortAnswer = "\nAnswer the question using a single word or phrase.";

/** Where an answer of this template ends, if the model's own end token does not. */
export const l2tStop: readonly string[] = ["</s>"];

/** The text that asks one question about one picture. */
export function l2tContext(question: string): string {
  return `${system} USER: ${imageMarker}\n${question} ASSISTANT:`;
}
