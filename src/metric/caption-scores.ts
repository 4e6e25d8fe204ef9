/** The caption metrics of the paper's Table 4 in one call: tokens, BLEU, ROUGE-L and CIDEr of coco-caption. */

import { bleuOfCounts, type BleuCocoResult } from "./bleu-coco.ts";
import { type CaptionPair, countCaptions } from "./caption-pair.ts";
import { ciderOfCounts, type CiderResult } from "./cider.ts";
import { tokenizeCaptions } from "./ptb-tokenizer.ts";
import { rougeLCoco, type RougeCocoResult } from "./rouge-coco.ts";

/** What coco-caption says of a set of captions, without METEOR and SPICE. */
export interface CaptionScores {
  readonly cider: CiderResult;
  readonly bleu: BleuCocoResult;
  readonly rougeL: RougeCocoResult;
}

/** Scores captions as they were written; all references are tokenized as one text, and all candidates as another. */
export function captionScores(captions: readonly CaptionPair[]): CaptionScores {
  const pairs = tokenizePairs(captions);
  const counted = countCaptions(pairs);
  return { cider: ciderOfCounts(counted), bleu: bleuOfCounts(counted), rougeL: rougeLCoco(pairs) };
}

/** Candidates and references as coco-caption's metrics read them. */
export function tokenizePairs(captions: readonly CaptionPair[]): CaptionPair[] {
  const candidates = tokenizeCaptions(captions.map(({ candidate }) => candidate));
  const references = tokenizeCaptions(captions.flatMap((pair) => pair.references));
  let used = 0;
  return captions.map((pair, i) => ({
    candidate: candidates[i] ?? "",
    references: references.slice(used, (used += pair.references.length)),
  }));
}
