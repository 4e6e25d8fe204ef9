/** The caption metrics of the paper's Table 4 in one call: tokens, BLEU, ROUGE-L and CIDEr of coco-caption. */

import { bleuOfCounts, type BleuCocoResult } from "./bleu-coco.ts";
import { type CaptionPair, checkCaptionPairs, countWords } from "./caption-pair.ts";
import { ciderOfCounts, type CiderResult } from "./cider.ts";
import { captionTokens } from "./ptb-tokenizer.ts";
import { pythonSplit } from "./python-text.ts";
import { rougeLOfWords, type RougeCocoResult } from "./rouge-coco.ts";

/** What coco-caption says of a set of captions, without METEOR and SPICE. */
export interface CaptionScores {
  readonly cider: CiderResult;
  readonly bleu: BleuCocoResult;
  readonly rougeL: RougeCocoResult;
}

/** The tokens of an image's captions. */
interface TokenPair {
  readonly candidate: readonly string[];
  readonly references: readonly (readonly string[])[];
}

/** Scores captions as they were written; all references are tokenized as one text, and all candidates as another. */
export function captionScores(captions: readonly CaptionPair[]): CaptionScores {
  checkCaptionPairs(captions);
  const pairs = tokenize(captions);
  const counted = countWords(
    pairs.map(({ candidate, references }) => ({
      candidate: splitWords(candidate),
      references: references.map(splitWords),
    })),
  );
  return { cider: ciderOfCounts(counted), bleu: bleuOfCounts(counted), rougeL: rougeLOfWords(pairs) };
}

/** Candidates and references as coco-caption's metrics read them. */
export function tokenizePairs(captions: readonly CaptionPair[]): CaptionPair[] {
  return tokenize(captions).map(({ candidate, references }) => ({
    candidate: candidate.join(" "),
    references: references.map((reference) => reference.join(" ")),
  }));
}

function tokenize(captions: readonly CaptionPair[]): readonly TokenPair[] {
  const candidates = captionTokens(captions.map(({ candidate }) => candidate));
  const references = captionTokens(captions.flatMap((pair) => pair.references));
  let used = 0;
  return captions.map((pair, i) => ({
    candidate: candidates[i] ?? [],
    references: references.slice(used, (used += pair.references.length)),
  }));
}

const beyondAscii = /[^\u0021-\u007e]/;

/** coco-caption's counters split the tokens anew, by Python's white space: a token with a no-break space is two words. */
function splitWords(tokens: readonly string[]): readonly string[] {
  return tokens.some((token) => beyondAscii.test(token)) ? tokens.flatMap(pythonSplit) : tokens;
}
