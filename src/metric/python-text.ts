/**
 * White space as Python's `str` methods see it. The metrics of the literature are Python programs; JavaScript's own
 * `trim` and `\s` differ on U+001C to U+001F, U+0085 and U+FEFF.
 */

const space = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const runs = new RegExp(`[${space}]+`, "g");
const leading = new RegExp(`^[${space}]+`);
const one = new RegExp(`[${space}]`);

/** The words of a text, as `text.split()` of Python: no empty ones. */
export function pythonSplit(text: string): string[] {
  const words = text.split(runs);
  if (words[0] === "") words.shift();
  if (words.at(-1) === "") words.pop();
  return words;
}

/** The text without white space at both ends, as `text.strip()` of Python. */
export function pythonStrip(text: string): string {
  return pythonRightStrip(text.replace(leading, ""));
}

/** The text without white space at its end, as `text.rstrip()` of Python. */
export function pythonRightStrip(text: string): string {
  let end = text.length;
  while (end > 0 && one.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
