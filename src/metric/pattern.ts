/**
 * The notation of scanner rules: characters, `\x` for the character x itself, `[a-z]`, `[^a-z]`, `(a|b)`, `a*`, `a+`,
 * `a?`, `a{1,4}`, and `{name}` for a named set. A letter outside a set matches either case; in a set it is itself.
 */

import { bothCases, complement, normalized, type CharacterSet } from "./character-set.ts";

/** A pattern as a tree. */
export type Expression =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Expression[] }
  | { readonly kind: "repeat"; readonly part: Expression; readonly least: number; readonly most: number };

/** A cursor over a pattern's text. */
interface Cursor {
  readonly pattern: string;
  readonly sets: Readonly<Record<string, CharacterSet>>;
  at: number;
}

/**
 * Reads a pattern; `sets` gives the characters of each name.
 *
 * @throws SyntaxError where the text is not of the notation.
 */
export function parsePattern(pattern: string, sets: Readonly<Record<string, CharacterSet>>): Expression {
  const cursor: Cursor = { pattern, sets, at: 0 };
  const expression = parseChoice(cursor);
  if (cursor.at < pattern.length) throw malformed(cursor, "the end");
  return expression;
}

function parseChoice(cursor: Cursor): Expression {
  const parts = [parseSequence(cursor)];
  while (taken(cursor, "|")) parts.push(parseSequence(cursor));
  return { kind: "choice", parts };
}

function parseSequence(cursor: Cursor): Expression {
  const parts: Expression[] = [];
  while (cursor.at < cursor.pattern.length && !"|)".includes(peek(cursor))) parts.push(parseRepeat(cursor));
  return { kind: "sequence", parts };
}

function parseRepeat(cursor: Cursor): Expression {
  const part = parseAtom(cursor);
  if (taken(cursor, "*")) return { kind: "repeat", part, least: 0, most: Infinity };
  if (taken(cursor, "+")) return { kind: "repeat", part, least: 1, most: Infinity };
  if (taken(cursor, "?")) return { kind: "repeat", part, least: 0, most: 1 };
  const bounds = /^\{(\d+)(?:,(\d+))?\}/.exec(cursor.pattern.slice(cursor.at));
  if (bounds === null) return part;
  cursor.at += bounds[0].length;
  return { kind: "repeat", part, least: Number(bounds[1]), most: Number(bounds[2] ?? bounds[1]) };
}

function parseAtom(cursor: Cursor): Expression {
  if (taken(cursor, "(")) {
    const inner = parseChoice(cursor);
    if (!taken(cursor, ")")) throw malformed(cursor, '")"');
    return inner;
  }
  if (taken(cursor, "[")) return { kind: "set", set: parseSet(cursor) };
  if (peek(cursor) === "{") return { kind: "set", set: parseName(cursor) };
  if ("*+?]}".includes(peek(cursor))) throw malformed(cursor, "a character");
  return { kind: "set", set: literalSet(parseCharacter(cursor)) };
}

function parseSet(cursor: Cursor): CharacterSet {
  const negated = taken(cursor, "^");
  const ranges: (readonly [number, number])[] = [];
  while (!taken(cursor, "]")) {
    if (peek(cursor) === "{") {
      ranges.push(...parseName(cursor));
      continue;
    }
    const low = parseCharacter(cursor);
    const isRange = peek(cursor) === "-" && cursor.pattern[cursor.at + 1] !== "]";
    if (isRange) cursor.at += 1;
    ranges.push([low, isRange ? parseCharacter(cursor) : low]);
  }
  return negated ? complement(ranges) : normalized(ranges);
}

function parseName(cursor: Cursor): CharacterSet {
  const name = /^\{([a-z]+)\}/i.exec(cursor.pattern.slice(cursor.at));
  const set = name?.[1] === undefined ? undefined : cursor.sets[name[1]];
  if (name === null || set === undefined) throw malformed(cursor, "the name of a set");
  cursor.at += name[0].length;
  return set;
}

function parseCharacter(cursor: Cursor): number {
  taken(cursor, "\\");
  if (cursor.at >= cursor.pattern.length) throw malformed(cursor, "a character");
  cursor.at += 1;
  return cursor.pattern.charCodeAt(cursor.at - 1);
}

const literals = new Map<number, CharacterSet>();

function literalSet(unit: number): CharacterSet {
  const set = literals.get(unit) ?? bothCases(unit);
  literals.set(unit, set);
  return set;
}

function peek({ pattern, at }: Cursor): string {
  return pattern[at] ?? "";
}

function taken(cursor: Cursor, character: string): boolean {
  if (peek(cursor) !== character) return false;
  cursor.at += 1;
  return true;
}

function malformed({ pattern, at }: Cursor, wanted: string): SyntaxError {
  const found = at < pattern.length ? `"${pattern.slice(at, at + 10)}"` : "the end";
  return new SyntaxError(`Cannot read the pattern at "${pattern}:${at}": expected ${wanted}, got ${found}`);
}
