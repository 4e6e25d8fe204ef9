/** Reads which of several choices a chat model means. What cannot be read is null: never a guess, never the first choice. */

/** Markdown, quotes and brackets around words; typographic variants become plain ones. */
function plain(answer: string): string {
  return answer
    .normalize("NFKC")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[*_`"\u201c\u201d#>]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Words that turn a choice that follows them into its opposite, or into nothing that can be read. */
const negation =
  /(?:\b(?:not|never|neither|nor|cannot|no longer|isn't|wasn't|aren't|wouldn't|don't|doesn't)\s+(?:be\s+|entirely\s+|really\s+|necessarily\s+|considered\s+|say\s+|answer\s+|a\s+)*)$/i;

/**
 * The index of the word that an answer gives, where choices are fixed words ("yes" and "no"). The answer's first word
 * decides; else one that follows "answer is"; else the only one of the words that stands in it, and is not negated.
 */
export function readWord(answer: string, words: readonly string[]): number | null {
  const text = plain(answer);
  const alternatives = words.map(escaped).join("|");
  const alone = "(?!\\s+(?:one|doubt|idea|longer|matter|way)\\b)"; // "no one" says nothing
  const leading = new RegExp(
    `^(?:answer\\s*:?\\s*|a\\s*:\\s*)?\\W*(${alternatives})(?![\\w'-])(?!\\s*(?:/|(?:or|and)\\b))${alone}`,
    "i",
  ).exec(text);
  if (leading !== null) return indexOf(words, leading[1]);
  const stated = matches(
    text,
    new RegExp(
      `\\b(?:answer|verdict|conclusion)(?:\\s+(?:is|would be|:))*\\s*:?\\s*\\W*(${alternatives})(?![\\w-])`,
      "gi",
    ),
  );
  const found =
    stated.length > 0 ? stated : matches(text, new RegExp(`(?<![\\w-])(${alternatives})(?![\\w-])${alone}`, "gi"));
  if (found.some(({ at }) => negation.test(text.slice(0, at)))) return null;
  const meant = [...new Set(found.map(({ word }) => word.toLowerCase()))];
  return meant.length === 1 ? indexOf(words, meant[0]) : null;
}

/**
 * The index of the lettered choice that an answer gives: the letter alone, one that begins it with a mark behind ("B)",
 * "B."), one that follows "answer", "option" or "choice", the only one in brackets, or the text of exactly one choice.
 */
export function readLetter(answer: string, choices: readonly string[]): number | null {
  const text = plain(answer);
  const letters = choices.map((_, index) => letterOf(index));
  const class_ = `[${letters.join("")}${letters.join("").toLowerCase()}]`;
  const alone = new RegExp(`^[(\\[]?(${class_})[)\\].:]*$`).exec(text);
  if (alone !== null) return indexOf(letters, alone[1]);
  const capital = `[${letters.join("")}]`;
  const rules = [
    new RegExp(`^[(\\[]?(${capital})(?:[)\\].:,]|\\s+[-\u2013\u2014])(?!\\s*(?:or|and|/)\\b)`, "g"),
    new RegExp(
      `\\b(?:answer|option|choice)(?:\\s+(?:is|would be|letter|option|choice|:))*\\s*:?\\s*[(\\[]?(${capital})(?![\\w'])`,
      "gi",
    ),
    new RegExp(`[(\\[](${capital})[)\\]]`, "g"),
  ];
  for (const [index, rule] of rules.entries()) {
    const found = matches(text, rule).filter(({ word }) => index !== 1 || word === word.toUpperCase());
    const meant = [...new Set(found.map(({ word }) => word.toUpperCase()))];
    if (meant.length === 1) return indexOf(letters, meant[0]);
    if (meant.length > 1) return null;
  }
  return readText(text, choices);
}

/** "A" for the first choice. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

function readText(text: string, choices: readonly string[]): number | null {
  const same = (value: string): string =>
    plain(value)
      .toLowerCase()
      .replace(/[.!]+$/, "");
  const whole = choices.flatMap((choice, index) => (same(choice) === same(text) ? [index] : []));
  if (whole.length === 1) return whole[0] ?? null;
  const within = choices.flatMap((choice, index) => (same(text).includes(same(choice)) ? [index] : []));
  return within.length === 1 ? (within[0] ?? null) : null;
}

function matches(text: string, pattern: RegExp): readonly { readonly word: string; readonly at: number }[] {
  return [...text.matchAll(pattern)].map((match) => ({
    word: match[1] ?? "",
    at: match.index + match[0].length - (match[1] ?? "").length,
  }));
}

function indexOf(words: readonly string[], found: string | undefined): number | null {
  const index = words.findIndex((word) => word.toLowerCase() === found?.toLowerCase());
  return index === -1 ? null : index;
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
