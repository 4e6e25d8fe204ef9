/** TypeScript's diagnostics as problems in the lines of a cell. */

import type ts from "typescript";

import type { Problem } from "./answers.ts";
import { typescript } from "./typescript.ts";

/** Diagnostics that say nothing about a cell. */
const harmless: ReadonlySet<number> = new Set([
  7016, // a package without types
  1543, // a JSON import without its attribute
  7060, // `<T>(value: T) => value`, which only a file of JSX could misread
]);

/** The problems of a file whose user code begins at `start` of its second line. */
export function problemsOf(diagnostics: readonly ts.Diagnostic[], { text, start, end }: UserRange): Problem[] {
  return diagnostics
    .filter(({ code, category }) => category === typescript.DiagnosticCategory.Error && !harmless.has(code))
    .map((diagnostic) => {
      const from = Math.min(Math.max(diagnostic.start ?? start, start), end);
      const before = text.slice(start, from).split("\n");
      return {
        code: diagnostic.code,
        message: typescript.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
        line: before.length,
        column: (before.at(-1)?.length ?? 0) + 1,
        length: Math.min(diagnostic.length ?? 1, end - from),
      };
    });
}

/** The user's code within a file. */
export interface UserRange {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** True where the code's leading comments say that it is not to be checked. */
export function isUnchecked(code: string): boolean {
  const comments = typescript.getLeadingCommentRanges(code, 0) ?? [];
  return comments.some(({ pos, end }) => /^\/[/*]\s*@ts-nocheck\b/.test(code.slice(pos, end)));
}
