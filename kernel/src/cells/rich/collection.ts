/** Maps and sets: their first entries. */

import { inspect } from "node:util";

import type { MimeBundle } from "../mime-bundle.ts";
import { htmlTable } from "./html.ts";
import { shortText } from "./short-text.ts";

/** More entries than these are only counted. */
const shownEntries = 50;

/** The bundle of a map or a set; undefined for anything else. */
export function collectionBundle(value: object): MimeBundle | undefined {
  if (value instanceof Map) {
    const map: ReadonlyMap<unknown, unknown> = value;
    return bundle(map, { kind: "Map", heads: ["key", "value"], rows: firstOf(map) });
  }
  if (value instanceof Set) {
    const set: ReadonlySet<unknown> = value;
    const rows = firstOf(set).map((item) => [item]);
    return bundle(set, { kind: "Set", heads: ["value"], rows });
  }
  return undefined;
}

interface Shown {
  readonly kind: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

function bundle(value: { readonly size: number }, { kind, heads, rows }: Shown): MimeBundle {
  const more = value.size > rows.length ? `, the first ${String(rows.length)}` : "";
  const html = htmlTable({
    caption: `${kind}(${String(value.size)})${more}`,
    heads,
    rows: rows.map((row) => row.map(shortText)),
  });
  return { "text/html": html, "text/plain": inspect(value) };
}

function firstOf<T>(items: Iterable<T>): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length === shownEntries) break;
    first.push(item);
  }
  return first;
}
