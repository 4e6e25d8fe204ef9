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
import { type PtbRule, ptbRules } from "./ptb-rules.ts";
import { pythonRightStrip } from "./python-text.ts";

/** Tokens that coco-caption drops. Its brackets are upper case and so never meet the lower-cased `-lrb-`. */
const dropped = new Set("'' ' `` ` -LRB- -RRB- -LCB- -RCB- . ? ! , : - -- ... ;".split(" "));

/** What a rule makes of a piece of text. */
interface Token {
  /** Lower-cased; null where it is no token. */
  readonly text: string | null;
  readonly isDropped: boolean;
  readonly hasLineEnd: boolean;
  /** Characters that are read; the rest is read again. */
  readonly take: number;
}

interface Tokenizer {
  readonly scan: Scanner;
  /** Tokens that were made before, by rule and text: words come again and again. */
  readonly made: readonly Map<string, Token>[];
}

/** Tokens that are remembered of one rule, so that a long life fills no memory. */
const mostRemembered = 1 << 16;

let tokenizer: Tokenizer | undefined;

/** The lower-cased Penn Treebank tokens of a text; each line end is a token "\n". */
export function ptbTokens(text: string): string[] {
  const tokens: string[] = [];
  visitTokens(text, (token) => {
    if (token.text !== null) tokens.push(token.text);
  });
  return tokens;
}

function visitTokens(text: string, visit: (token: Token) => void): void {
  tokenizer ??= { scan: longestMatchScanner(ptbRules, { sets: ptbSets }), made: ptbRules.map(() => new Map()) };
  for (let at = 0; at < text.length;) {
    const token = readToken(text, at, tokenizer);
    visit(token);
    at += token.take;
  }
}

/** Reads what stands at a place. */
function readToken(text: string, at: number, { scan, made }: Tokenizer): Token {
  const match = scan(text, at);
  const known = match === null ? undefined : made[match.rule];
  if (match === null || known === undefined) {
    throw new RangeError(`Cannot tokenize a text at "${at}": expected a rule for it, got none`);
  }
  const found = text.slice(at, match.end);
  const before = known.get(found);
  if (before !== undefined) return before;
  const token = makeToken(found, ptbRules[match.rule]);
  if (known.size >= mostRemembered) known.clear();
  known.set(found, token);
  return token;
}

function makeToken(found: string, rule: PtbRule | undefined): Token {
  const made = rule?.token === undefined ? found : rule.token(found);
  const text = made === null ? null : lowerCased(made);
  return {
    text,
    isDropped: text === null || isDropped(text),
    hasLineEnd: text?.includes("\n") ?? false,
    take: rule?.take === undefined ? found.length : rule.take(found),
  };
}

/**
 * Captions as coco-caption hands them to its metrics: tokens joined by one space.
 *
 * The captions are read as lines of one text, as there: what follows an abbreviation at the end of a caption decides
 * how that is read. One deviation: a caption's own line ends of any kind are spaces here, where coco-caption knows only
 * "\n" and shifts every later caption by one.
 */
export function tokenizeCaptions(captions: readonly string[]): string[] {
  return captionTokens(captions).map((tokens) => tokens.join(" "));
}

/** The tokens of each caption, as `tokenizeCaptions` joins them. */
export function captionTokens(captions: readonly string[]): readonly (readonly string[])[] {
  const text = captions.map((caption) => caption.replace(/[\n\r\v\f\u0085\u2028\u2029]/g, " ")).join("\n");
  const lines: string[][] = [];
  let line: string[] = [];
  let last = ""; // the line's last token, kept or not
  const endLine = (): void => {
    const stripped = pythonRightStrip(last);
    if (stripped !== last) {
      if (!isDropped(last)) line.pop();
      if (!isDropped(stripped)) line.push(stripped);
    }
    lines.push(line);
    [line, last] = [[], ""];
  };
  const add = (part: string): void => {
    if (!isDropped(part)) line.push(part);
    last = part;
  };
  visitTokens(text, ({ text: token, isDropped: drops, hasLineEnd }) => {
    if (token === null) return;
    if (!hasLineEnd) {
      if (!drops) line.push(token);
      last = token;
      return;
    }
    const [first = "", ...later] = token.split("\n"); // a line end, or markup with line ends in it
    add(first);
    for (const part of later) {
      endLine();
      add(part);
    }
  });
  endLine();
  return captions.map((_, i) => lines[i] ?? []);
}

function isDropped(token: string): boolean {
  return token === "" || dropped.has(token);
}
