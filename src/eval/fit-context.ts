/** Prompts with a limit of their own: where the context is too long, the first shorter one that fits is asked. */

import { type LanguageModel } from "../base/language-model.ts";
import { type GenerationItem } from "./benchmark.ts";

/**
 * The items with the contexts that this model is asked. A model that cannot count tokens is asked the longest.
 *
 * Source: UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmlu/evaluate_mmlu.py, which drops one example after the other.
 */
export function fitContexts(
  items: readonly GenerationItem[],
  { countTokens }: Pick<LanguageModel, "countTokens">,
): readonly GenerationItem[] {
  if (countTokens === undefined) return items;
  return items.map((item) => {
    const { context, shorter } = item;
    if (shorter === undefined) return item;
    const fits = (text: string): boolean =>
      // A token is at least one byte, so that most prompts need no counting.
      Buffer.byteLength(text) < shorter.mostTokens || countTokens(text) <= shorter.mostTokens;
    const all = [context, ...shorter.contexts];
    return { ...item, context: all.find(fits) ?? all.at(-1) ?? context };
  });
}
