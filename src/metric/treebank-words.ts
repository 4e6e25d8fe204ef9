/**
 * English words as NLTK's `word_tokenize` gives them, which CHAIR is defined on: sentences first, since only a
 * sentence's last period parts from its word, then the Treebank's rules.
 *
 * Source: nltk 3.10.4, tokenize/destructive.py and tokenize/punkt.py. One deviation: Punkt has learned some 150
 * abbreviations and does not end a sentence after them; here every word may end one.
 */

import { pythonSplit, pythonStrip } from "./python-text.ts";

const word = "[\\p{L}\\p{N}_]";
const clitic = "re|ve|ll|m|t|s|d|n";

/** Replacements in order, on one sentence. */
const openings: readonly (readonly [RegExp, string])[] = [
  [/[«“‘„]|`+/g, " $& "],
  [/^"/g, "``"],
  [/``/g, " $& "],
  [/([ ([{<])("|'')/g, "$1 `` "],
  [new RegExp(`(?<!${word})'(?!(?:${clitic})(?!${word}))(?=${word})`, "giu"), "' "],
];

const marks: readonly (readonly [RegExp, string])[] = [
  [/([^.])(\.)([\])}>"'»”’ ]*)\s*$/g, "$1 $2 $3 "],
  [/([:,])(\P{Nd})/gu, " $1 $2"],
  [/[:,]$/g, " $& "],
  [/\.{2,}/g, " $& "],
  [/[;@#$%&\u2012-\u2015]/g, " $& "],
  [/[?!]/g, " $& "],
  [/([^'])' /g, "$1 ' "],
  [/[*\][(){}<>]/g, " $& "],
  [/--/g, " -- "],
];

const endings: readonly (readonly [RegExp, string])[] = [
  [/[»”’]/g, " $& "],
  [/''|"/g, " '' "],
  [/[^\S\ufeff]+/g, " "],
  [/([^' ])('[smd]|') /gi, "$1 $2 "],
  [/([^' ])('ll|'re|'ve|n't) /gi, "$1 $2 "],
  [new RegExp(`(?<!${word})(can)(not)(?!${word})`, "giu"), " $1 $2 "],
  [new RegExp(`(?<!${word})(d)('ye)(?!${word})`, "giu"), " $1 $2 "],
  [new RegExp(`(?<!${word})(gim|lem)(me)(?!${word})`, "giu"), " $1 $2 "],
  [new RegExp(`(?<!${word})(gon)(na)(?!${word})`, "giu"), " $1 $2 "],
  [new RegExp(`(?<!${word})(got)(ta)(?!${word})`, "giu"), " $1 $2 "],
  [new RegExp(`(?<!${word})(more)('n)(?!${word})`, "giu"), " $1 $2 "],
  [new RegExp(`(?<!${word})(wan)(na)(?=\\s)`, "giu"), " $1 $2 "],
  [new RegExp(` ('t)(is|was)(?!${word})`, "giu"), " $1 $2 "],
];

/** The words and marks of an English text. */
export function treebankWords(text: string): string[] {
  return sentences(text).flatMap(sentenceWords);
}

/** Parts a text at the last mark of each run of characters that may end a sentence there. */
function sentences(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (const { 0: run, index } of text.matchAll(/\S+/g)) {
    const next = text.slice(index + run.length).trimStart();
    const end = sentenceEnd(run, next);
    if (end === null) continue;
    found.push(text.slice(start, index + end));
    start = index + end;
  }
  return [...found, text.slice(start)];
}

/** Where a sentence ends in a run of characters: after its mark, with the quotes and brackets that close there. */
function sentenceEnd(run: string, next: string): number | null {
  const tail = next === "" ? "" : "|$";
  const mark = new RegExp(`^.*[.?!](?=[)";}\\]*:@'({[!?]${tail})`, "s").exec(run)?.[0];
  if (mark === undefined || mark.endsWith("..")) return null;
  const isNumbering = /^(?:\p{L}|-?[.,]?\p{Nd}[\p{Nd},.-]*)\.$/u.test(run) && /^[\p{Ll};:,.!?]/u.test(next);
  if (isNumbering) return null;
  const closing = /^["')\]}]+(?=--|$)/.exec(run.slice(mark.length))?.[0] ?? "";
  return mark.length + closing.length;
}

function sentenceWords(sentence: string): string[] {
  const marked = [...openings, ...marks].reduce(replaced, pythonStrip(sentence));
  return pythonSplit(endings.reduce(replaced, ` ${marked} `));
}

function replaced(text: string, [pattern, replacement]: readonly [RegExp, string]): string {
  return text.replace(pattern, replacement);
}
