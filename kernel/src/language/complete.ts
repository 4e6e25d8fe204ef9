/** Completion of code that has not run, from the types of the cells that did. */

import type ts from "typescript";

import type { CompleteReply, TypedMatch } from "../messages/complete.ts";
import { codePointsBefore } from "../wire/content.ts";
import type { CursorPlace } from "./answers.ts";
import { cellText } from "./cell-text.ts";
import type { Notebook } from "./notebook.ts";

/** Names that may stand at the cursor, best first. */
export function complete({ code, cursor }: CursorPlace, { service, host, scope, jsx }: Notebook): CompleteReply {
  const prefix = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, cursor))?.[0] ?? "";
  const { text, start: header } = cellText(code, { scope, offer: prefix, jsx });
  const path = host.open(text);
  const found = service.getCompletionsAtPosition(path, header + cursor, undefined)?.entries ?? [];
  const start = codePointsBefore(code, cursor - prefix.length);
  const end = codePointsBefore(code, cursor);
  const typed = found
    .filter(({ name }) => name.toLowerCase().startsWith(prefix.toLowerCase()))
    .sort(bySortText)
    .map(({ name, kind }): TypedMatch => ({ text: name, type: kind, start, end }));
  return {
    status: "ok",
    matches: typed.map(({ text: match }) => match),
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: typed },
  };
}

function bySortText(a: ts.CompletionEntry, b: ts.CompletionEntry): number {
  if (a.sortText === b.sortText) return 0;
  return a.sortText < b.sortText ? -1 : 1;
}
