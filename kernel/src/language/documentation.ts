/** Documentation of the library's names, whose comments are not parsed with it. */

import type ts from "typescript";

import { isLibraryFile } from "./library.ts";
import { typescript } from "./typescript.ts";

/** What TypeScript says of the documentation of a name. */
export type Documentation = Pick<ts.QuickInfo, "documentation" | "tags">;

/** The comment before the first of `definitions` that the library declares and has one for. */
export function libraryDocumentation(
  definitions: readonly ts.DefinitionInfo[],
  program: ts.Program | undefined,
): Documentation | undefined {
  for (const { fileName, contextSpan, textSpan } of definitions) {
    const text = isLibraryFile(fileName) ? program?.getSourceFile(fileName)?.text : undefined;
    const comment = text === undefined ? undefined : commentBefore(text, (contextSpan ?? textSpan).start);
    if (comment !== undefined) return read(comment);
  }
  return undefined;
}

function commentBefore(text: string, end: number): string | undefined {
  const before = text.slice(0, end).trimEnd();
  return before.endsWith("*/") ? before.slice(before.lastIndexOf("/**")) : undefined;
}

/** What TypeScript reads in a comment, told by a language service that has nothing but it. */
function read(comment: string): Documentation | undefined {
  const name = "/comment.ts";
  const text = `${comment}\nvar x;`;
  const service = typescript.createLanguageService({
    getCompilationSettings: () => ({ noLib: true, types: [] }),
    getScriptFileNames: () => [name],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => (path === name ? typescript.ScriptSnapshot.fromString(text) : undefined),
    getCurrentDirectory: () => "/",
    getDefaultLibFileName: () => "",
    fileExists: (path) => path === name,
    readFile: () => undefined,
  });
  return service.getQuickInfoAtPosition(name, text.length - "x;".length);
}
