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
  const tokens: string[] = [];
  visitTokens(text, (token) => tokens.push(token));
  return tokens;
}

function visitTokens(text: string, visit: (token: string) => void): void {
  const scan = (scanner ??= longestMatchScanner(ptbRules, { sets: ptbSets }));
  for (let at = 0; at < text.length;) at += readToken(text, { at, scan, visit });
}

interface Reading {
  readonly at: number;
  readonly scan: Scanner;
  readonly visit: (token: string) => void;
}

/** Reads what stands at a place, and says how many characters that took. */
function readToken(text: string, { at, scan, visit }: Reading): number {
  const match = scan(text, at);
  const rule = match === null ? undefined : ptbRules[match.rule];
  if (match === null || rule === undefined) {
    throw new RangeError(`Cannot tokenize a text at "${at}": expected a rule for it, got none`);
  }
  const found = text.slice(at, match.end);
  const token = rule.token === undefined ? found : rule.token(found);
  if (token !== null) visit(lowerCased(token));
  return rule.take === undefined ? found.length : rule.take(found);
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
  const lines: string[] = [];
  let line: string[] = [];
  const endLine = (): void => {
    line.push(pythonRightStrip(line.pop() ?? ""));
    lines.push(line.filter((token) => token !== "" && !dropped.has(token)).join(" "));
    line = [];
  };
  visitTokens(text, (token) => {
    if (!token.includes("\n")) {
      line.push(token);
      return;
    }
    const [first = "", ...later] = token.split("\n"); // a line end, or markup with line ends in it
    line.push(first);
    for (const part of later) {
      endLine();
      line.push(part);
    }
  });
  endLine();
  return captions.map((_, i) => lines[i] ?? "");
}
