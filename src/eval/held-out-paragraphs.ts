/** A held-out text as a model is asked it: paragraph by paragraph, each after the end of the text before it. */

import { type LanguageModel } from "../base/language-model.ts";
import { type HeldOutText } from "../data/held-out.ts";
import { type ChoiceBenchmark, type ChoiceItem } from "./benchmark.ts";
import { type AskedChoices } from "./collect.ts";

/** Characters of the text before a paragraph that a model reads to predict it. */
const contextCharacters = 600;

/**
 * Each paragraph after the first as one request; one that is too long for a model's window is asked in pieces. Where
 * fewer paragraphs give every model `leastTokens`, only those are asked, and the name of the text says so.
 *
 * @throws RangeError where the text has fewer than two paragraphs.
 */
export function askedParagraphs(
  text: HeldOutText,
  { models, leastTokens }: { readonly models: readonly LanguageModel[]; readonly leastTokens: number },
): AskedChoices {
  const paragraphs = text.content.split("\n").filter((paragraph) => paragraph.trim() !== "");
  if (paragraphs.length < 2) {
    throw new RangeError(
      `Cannot check language on "${text.name}": expected at least two paragraphs, got ${paragraphs.length}`,
    );
  }
  const count = 1 + Math.max(1, ...models.map((model) => enough(model, paragraphs.slice(1), leastTokens)));
  const part = paragraphs.slice(0, count);
  const name = count < paragraphs.length ? `${text.name}, its first ${count} paragraphs` : text.name;
  return {
    kind: "choice",
    benchmark,
    items: itemsOf(part, models),
    file: { path: name, sha256: "", provenance: "other" },
    limit: null,
    shots: 0,
    seed: 0,
  };
}

/** The first so many paragraphs have `least` tokens; all of them where the model does not count tokens. */
function enough({ countTokens }: LanguageModel, paragraphs: readonly string[], least: number): number {
  if (countTokens === undefined || least === Infinity) return paragraphs.length;
  let tokens = 0;
  const found = paragraphs.findIndex((paragraph) => (tokens += countTokens(paragraph)) >= least);
  return found === -1 ? paragraphs.length : found + 1;
}

function itemsOf([first = "", ...paragraphs]: readonly string[], models: readonly LanguageModel[]): ChoiceItem[] {
  let before = first;
  const pieces = paragraphs.flatMap((paragraph) => piecesOf(`\n${paragraph}`, models));
  return pieces.map((piece, index) => {
    const context = before.slice(-contextCharacters);
    before += piece;
    const sets = [{ name: "text", choices: [{ text: piece, isRight: true }] }];
    return { id: String(index), question: piece.trim(), context, group: null, sets };
  });
}

/** The text, halved at a space until each piece fits the window of every model that counts tokens. */
function piecesOf(text: string, models: readonly LanguageModel[]): readonly string[] {
  const fits = models.every(({ countTokens, contextLength }) => (countTokens?.(text) ?? 0) < contextLength);
  const space = text.indexOf(" ", text.length / 2);
  const middle = space === -1 ? text.lastIndexOf(" ") : space;
  if (fits || middle < 1) return [text];
  return [text.slice(0, middle), text.slice(middle)].flatMap((piece) => piecesOf(piece, models));
}

/** Not in the list of benchmarks: its choices are the paragraphs, and what counts is how likely they are. */
const benchmark: ChoiceBenchmark = {
  kind: "choice",
  name: "language_check",
  label: "a held-out text",
  version: "1",
  split: "test",
  shots: 0,
  source: "nats per token and per byte of a held-out text",
  metrics: [],
  yesChoice: null,
  load: () => Promise.reject(new TypeError("Cannot load the held-out text as a benchmark: expected languageCheck")),
  score: () => ({ prediction: null, scores: {} }),
  chance: () => ({}),
};
