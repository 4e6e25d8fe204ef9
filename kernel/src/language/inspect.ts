/** Inspection: what stands at the cursor, as its author documented it. */

import ts from "typescript";

import type { InspectReply } from "../messages/inspect.ts";
import type { CursorPlace } from "./answers.ts";
import { cellText } from "./cell-text.ts";
import { draftCell, type Notebook } from "./notebook.ts";

/** The type and documentation of the name at or before the cursor; detail 1 adds its source. */
export function inspect(
  { code, cursor, detail }: CursorPlace & { readonly detail: 0 | 1 },
  { service, host, scope }: Notebook,
): InspectReply {
  const { text, start } = cellText(code, { scope });
  const path = host.open(draftCell, text);
  const position = start + nameBefore(code, cursor);
  const info = service.getQuickInfoAtPosition(path, position);
  if (info === undefined) return { status: "ok", found: false, data: {}, metadata: {} };
  const signature = ts.displayPartsToString(info.displayParts);
  const documentation = [ts.displayPartsToString(info.documentation), ...(info.tags ?? []).map(tagText)]
    .filter((part) => part !== "")
    .join("\n\n");
  const source = detail === 1 ? sourceText(service.getDefinitionAtPosition(path, position), service) : "";
  const markdown = [fenced(signature), documentation, source === "" ? "" : fenced(source)];
  return {
    status: "ok",
    found: true,
    data: {
      "text/plain": [signature, documentation, source].filter((part) => part !== "").join("\n\n"),
      "text/markdown": markdown.filter((part) => part !== "").join("\n\n"),
    },
    metadata: {},
  };
}

/** The place of the name the cursor is in or behind: `name|`, `na|me`, `name(|`. */
function nameBefore(code: string, cursor: number): number {
  const isName = (index: number): boolean => /[\p{ID_Continue}$]/u.test(code.charAt(index));
  if (isName(cursor)) return cursor;
  let place = cursor - 1;
  while (place > 0 && !isName(place) && /[\s(.,]/.test(code.charAt(place))) place -= 1;
  return Math.max(place, 0);
}

function tagText({ name, text }: ts.JSDocTagInfo): string {
  return `@${name} ${ts.displayPartsToString(text)}`.trimEnd();
}

function fenced(code: string): string {
  return `\`\`\`typescript\n${code}\n\`\`\``;
}

function sourceText(definitions: readonly ts.DefinitionInfo[] | undefined, service: ts.LanguageService): string {
  const [definition] = definitions ?? [];
  if (definition === undefined) return "";
  const { fileName, contextSpan, textSpan } = definition;
  const { start, length } = contextSpan ?? textSpan;
  return (
    service
      .getProgram()
      ?.getSourceFile(fileName)
      ?.text.slice(start, start + length) ?? ""
  );
}
