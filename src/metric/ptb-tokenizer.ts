/**
 * The tokenizer of coco-caption: Stanford's Penn Treebank tokenizer on one caption a line, lower-cased, without most
 * punctuation. BLEU, ROUGE-L and CIDEr of captions are defined on its output.
 *
 * Source: Stanford CoreNLP 3.4.1, PTBTokenizer -preserveLines -lowerCase; coco-caption@3a9afb2,
 * pycocoevalcap/tokenizer/ptbtokenizer.py.
 */

import { longestMatchScanner, type Scanner } from "./longest-match.ts";
import { ptbSets } from "./ptb-characters.ts";
import { lowerCased } from "./ptb-normal-form.ts";
import { ptbRules } from "./ptb-rules.ts";
import { pythonRightStrip } from "./python-text.ts";

/** Tokens that coco-caption drops. Its brackets are upper case and so never meet the lower-cased `-lrb-`. */
const dropped = new Set("'' ' `` ` -LRB- -RRB- -LCB- -RCB- . ? ! , : - -- ... ;".split(" "));

let scanner: Scanner | undefined;

/** The lower-cased Penn Treebank tokens of a text; each line end is a token "\n". */
export function ptbTokens(text: string): string[] {
  const scan = (scanner ??= longestMatchScanner(ptbRules, { sets: ptbSets }));
  const tokens: string[] = [];
  for (let at = 0; at < text.length;) {
    const match = scan(text, at);
    if (match === null) throw new RangeError(`Cannot tokenize a text at "${at}": expected a rule for it, got none`);
    const found = text.slice(at, match.end);
    const rule = ptbRules[match.rule];
    const token = rule?.token === undefined ? found : rule.token(found);
    if (token !== null) tokens.push(lowerCased(token));
    at += rule?.take?.(found) ?? found.length;
  }
  return tokens;
}

/**
 * Captions as coco-caption hands them to its metrics: tokens joined by one space.
 *
 * The captions are read as lines of one text, as there: what follows an abbreviation at the end of a caption decides
 * how that is read. One deviation: a caption's own line ends of any kind are spaces here, where coco-caption knows only
 * "\n" and shifts every later caption by one.
 */
export function tokenizeCaptions(captions: readonly string[]): string[] {
  const text = captions.map((caption) => caption.replace(/[\n\r\v\f\u0085\u2028\u2029]/g, " ")).join("\n");
  const lines = joinTokens(ptbTokens(text)).split("\n");
  return captions.map((_, i) =>
    pythonRightStrip(lines[i] ?? "")
      .split(" ")
      .filter((token) => !dropped.has(token))
      .join(" "),
  );
}

function joinTokens(tokens: readonly string[]): string {
  let text = "";
  let isFirst = true;
  for (const token of tokens) {
    text += token === "\n" || isFirst ? token : ` ${token}`;
    isFirst = token === "\n";
  }
  return text;
}
