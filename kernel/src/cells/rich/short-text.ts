/** Values as short texts, for the cells of a table. */

import { inspect } from "node:util";

const longest = 120;

/** One line of at most 120 characters; a string stands without quotation marks. */
export function shortText(value: unknown): string {
  const text =
    typeof value === "string" ? value : inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 8 });
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
