/**
 * The conversation template "v0", as it asks a question in evaluation: example pair, text-only demonstrations, image, question.
 *
 * Source: protocol.md of this project, sections 1.4 to 1.6; Sight-Beyond-Text@47f96a3/llava/conversation.py and
 * llava/eval/mmoverall/get_model_output.py. The example pair stands in evaluation prompts only.
 */

import { imageMarker } from "../../base/language-model.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { encodeImagePrompt } from "./image-prompt.ts";

/** A question and its answer, shown before the question as an example; text only, as the paper's evaluations do it. */
export interface Demonstration {
  readonly question: string;
  readonly answer: string;
}

/** Ids of the tokens that the tuned models add; the image stands in the ids as `image`. */
export interface AddedTokenIds {
  readonly imageStart: number;
  readonly imageEnd: number;
  readonly image: number;
}

/** Ids of checkpoints tuned with templates other than v0: no pad token was added. */
export const addedTokenIds: AddedTokenIds = { imageStart: 32001, imageEnd: 32002, image: -200 };

/** Ids of checkpoints tuned with template v0: `[PAD]` came first. */
export const addedTokenIdsAfterV0: AddedTokenIds = { imageStart: 32002, imageEnd: 32003, image: -200 };

/** Generation stops where the model writes this. */
export const stopString = "###";

const system =
  "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions.";

const example: Demonstration = {
  question: "What are the key differences between renewable and non-renewable energy sources?",
  answer: [
    "Renewable energy sources are those that can be replenished naturally in a relatively short amount of time, such as solar, wind, hydro, geothermal, and biomass. Non-renewable energy sources, on the other hand, are finite and will eventually be depleted, such as coal, oil, and natural gas. Here are some key differences between renewable and non-renewable energy sources:",
    "1. Availability: Renewable energy sources are virtually inexhaustible, while non-renewable energy sources are finite and will eventually run out.",
    "2. Environmental impact: Renewable energy sources have a much lower environmental impact than non-renewable sources, which can lead to air and water pollution, greenhouse gas emissions, and other negative effects.",
    "3. Cost: Renewable energy sources can be more expensive to initially set up, but they typically have lower operational costs than non-renewable sources.",
    "4. Reliability: Renewable energy sources are often more reliable and can be used in more remote locations than non-renewable sources.",
    "5. Flexibility: Renewable energy sources are often more flexible and can be adapted to different situations and needs, while non-renewable sources are more rigid and inflexible.",
    "6. Sustainability: Renewable energy sources are more sustainable over the long term, while non-renewable sources are not, and their depletion can lead to economic and social instability.",
    "",
  ].join("\n"),
};

/** The text that asks one question about one image, as a model reads it whose pictures stand between marks. */
export function evaluationPrompt(question: string, demonstrations: readonly Demonstration[] = []): string {
  return promptAbout(`<im_start>${imageMarker}<im_end>`, question, demonstrations);
}

/** The same text with the bare image marker, as a request has it: a model puts its own marks around the picture. */
export function evaluationContext(question: string, demonstrations: readonly Demonstration[] = []): string {
  return promptAbout(imageMarker, question, demonstrations);
}

function promptAbout(image: string, question: string, demonstrations: readonly Demonstration[]): string {
  const turns = [example, ...demonstrations].map((turn) => `Human: ${turn.question}###Assistant: ${turn.answer}###`);
  return `${system}###${turns.join("")}Human: ${image}\n${question}###Assistant:`;
}

/**
 * The ids of an evaluation prompt, BOS first, one placeholder where the image goes, by the rules of `encodeImagePrompt`.
 */
export function encodeEvaluationPrompt(
  prompt: string,
  options: { readonly tokenizer: Tokenizer; readonly bos?: number; readonly added?: AddedTokenIds },
): readonly number[] {
  const { tokenizer, bos = 1, added = addedTokenIds } = options;
  const pictures = Array.from(prompt.matchAll(/<image>/gu), () => [added.image]);
  const tokens = new Map([
    ["<im_start>", added.imageStart],
    ["<im_end>", added.imageEnd],
  ]);
  return encodeImagePrompt(prompt, { tokenizer, startIds: [bos], pictures, added: tokens });
}
