/** pycocoevalcap's scores of 1,000 random caption sets, and the captions read back from their codes. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { type CaptionPair } from "../../src/metric/caption-pair.ts";

interface CorpusScores {
  readonly bleu: readonly number[];
  readonly rougeL: number;
  readonly cider: number;
}

interface CaptionGolden {
  readonly words: readonly string[];
  readonly codes: string;
  readonly images: readonly (readonly [string, readonly string[]])[];
  readonly corpus: CorpusScores;
  readonly bleu: readonly (readonly number[])[];
  readonly rougeL: readonly number[];
  readonly cider: readonly number[];
  /** Scores of images [start, end) taken as a corpus. */
  readonly parts: readonly (readonly [number, number, CorpusScores])[];
}

/** The golden file as it stands. */
export const captionGolden = JSON.parse(
  readFileSync(new URL("../golden/metric-caption.json", import.meta.url), "utf8"),
) as CaptionGolden;

/** Its captions as they were written. */
export const goldenCaptions: readonly CaptionPair[] = captionGolden.images.map(([candidate, references]) => ({
  candidate: decode(candidate),
  references: references.map(decode),
}));

function decode(codes: string): string {
  return Array.from(codes, (code) => captionGolden.words[captionGolden.codes.indexOf(code)] ?? "").join(" ");
}

/** Asserts that a score is within 1e-6 of the golden one, which is the tolerance. */
export function assertScore(actual: number | null | undefined, wanted: number | undefined, what: string): void {
  assert.ok(Math.abs((actual ?? NaN) - (wanted ?? NaN)) <= 1e-6, `${what}: ${actual}, wanted ${wanted}`);
}
