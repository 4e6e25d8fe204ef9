/** Inspection: what stands at the cursor, as its author documented it. */

import type ts from "typescript";

import type { InspectReply } from "../messages/inspect.ts";
import type { CursorPlace } from "./answers.ts";
import { cellText } from "./cell-text.ts";
import { type Documentation, libraryDocumentation } from "./documentation.ts";
import type { Notebook } from "./notebook.ts";
import { typescript } from "./typescript.ts";

/** The type and documentation of the name at or before the cursor; detail 1 adds its source. */
export function inspect(
  { code, cursor, detail }: CursorPlace & { readonly detail: 0 | 1 },
  { service, host, scope, jsx }: Notebook,
): InspectReply {
  const { text, start } = cellText(code, { scope, jsx });
  const path = host.open(text);
  const [found] = [cursor, nameBefore(code, cursor)].flatMap((place) => {
    const position = start + place;
    const info = service.getQuickInfoAtPosition(path, position);
    return info === undefined ? [] : [{ info, position }];
  });
  if (found === undefined) return { status: "ok", found: false, data: {}, metadata: {} };
  const { info, position } = found;
  const signature = withoutImport(typescript.displayPartsToString(info.displayParts));
  const definitions = service.getDefinitionAtPosition(path, position) ?? [];
  const program = service.getProgram();
  const documentation = documentationText(libraryDocumentation(definitions, program) ?? info);
  const source = detail === 1 ? sourceText(definitions, program) : "";
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

/** The place of the name the cursor is behind: `name|`, `name(|`, `name(1|`. */
function nameBefore(code: string, cursor: number): number {
  const before = code.slice(0, cursor);
  const name = /[\p{ID_Start}$_][\p{ID_Continue}$]*(?=[^\p{ID_Continue}$]*$|\([^()]*$)/u.exec(before);
  return name?.index ?? 0;
}

/** Names of earlier cells are imported behind the user's back. */
function withoutImport(signature: string): string {
  return signature.replace(/^\(alias\) /, "").replace(/\nimport [^\n]+$/, "");
}

function documentationText({ documentation, tags = [] }: Documentation): string {
  return [typescript.displayPartsToString(documentation), ...tags.map(tagText)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function tagText({ name, text }: ts.JSDocTagInfo): string {
  return `@${name} ${typescript.displayPartsToString(text)}`.trimEnd();
}

function fenced(code: string): string {
  return `\`\`\`typescript\n${code}\n\`\`\``;
}

function sourceText([definition]: readonly ts.DefinitionInfo[], program: ts.Program | undefined): string {
  if (definition === undefined) return "";
  const { fileName, contextSpan, textSpan } = definition;
  const { start, length } = contextSpan ?? textSpan;
  return program?.getSourceFile(fileName)?.text.slice(start, start + length) ?? "";
}
