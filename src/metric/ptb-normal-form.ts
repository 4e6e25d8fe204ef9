/** How the Penn Treebank writes quotes, brackets, spaces and soft hyphens inside its tokens. */

/** A token without soft hyphens; one made of nothing else becomes a hyphen. */
export function withoutSoftHyphens(text: string): string {
  if (!text.includes("\u00ad")) return text;
  const rest = text.replaceAll("\u00ad", "");
  return rest === "" ? "-" : rest;
}

/** A token with no-break spaces in place of spaces, so that it stays one word. */
export function withUnbreakableSpaces(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

/** Round brackets by their Treebank names. */
export function withBrackets(text: string): string {
  return text.replaceAll("(", "-LRB-").replaceAll(")", "-RRB-");
}

/** Quotes in LaTeX form; a straight one is an opening quote. */
export function leftQuote(text: string): string {
  return curlyQuotes(text.replace(/&apos;|'/g, "`").replace(/"|&quot;/g, "``"));
}

/** Quotes in LaTeX form; a straight one is a closing quote. */
export function rightQuote(text: string): string {
  return curlyQuotes(text.replace(/&apos;/g, "'").replace(/"|&quot;/g, "''"));
}

function curlyQuotes(text: string): string {
  return text
    .replace(/[\u0091\u2018\u201b\u2039]/g, "`")
    .replace(/[\u0092\u2019\u203a]/g, "'")
    .replace(/[\u0093\u201c\u00ab]/g, "``")
    .replace(/[\u0094\u201d\u00bb]/g, "''");
}

/** Java's words around a sigma: letters, marks, numbers and low lines but no ideographs, and single marks between letters. */
const javaWord =
  /(?:(?!\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana})[\p{L}\p{M}\p{N}_]|(?<=\p{L}\p{M}*)[\p{Pd}\u00ad\u2027"'.](?=\p{L}))+/gu;
const cased = /[\p{Lowercase}\p{Uppercase}\p{Lt}]/u;

/**
 * A token in lower case as Java 17 has it: a sigma is final where a cased character stands before it in its word and
 * none after it, however far away; JavaScript looks at the nearest only.
 */
export function lowerCased(text: string): string {
  if (!text.includes("Σ")) return text.toLowerCase();
  const sigmas = text.replace(javaWord, (word) =>
    word.replace(/Σ/g, (_, at: number) =>
      cased.test(word.slice(0, at)) && !cased.test(word.slice(at + 1)) ? "ς" : "σ",
    ),
  );
  return sigmas.toLowerCase();
}
