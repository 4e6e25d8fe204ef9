/** Keys that stand twice in a JSON object: JSON.parse keeps the last and says nothing. */

/** The first key that the outermost object of a valid JSON text has twice; null where there is none. */
export function duplicateKey(text: string): string | null {
  const keys = new Set<string>();
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (depth === 1 && isKey(text, index + token.length)) {
      const key = JSON.parse(token) as string; // the token is a JSON string
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text.charAt(at))) at += 1;
  return text[at] === ":";
}
