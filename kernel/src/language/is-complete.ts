/** Whether code can run as it stands, wants more lines, or can never run. */

import ts from "typescript";

import type { IsCompleteReply } from "../messages/is-complete.ts";

/** Looks at syntax only. */
export function isComplete(code: string): IsCompleteReply {
  const { diagnostics = [] } = ts.transpileModule(code, {
    fileName: "cell.mts",
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  const [first] = diagnostics;
  if (first === undefined) return { status: "complete" };
  const isAtEnd = (first.start ?? 0) + (first.length ?? 0) >= code.trimEnd().length;
  return isAtEnd && wantsMore.has(first.code)
    ? { status: "incomplete", indent: indentAfter(code) }
    : { status: "invalid" };
}

/** Diagnostics that more text can cure: something expected, and comments, templates and literals left open. */
const wantsMore: ReadonlySet<number> = new Set([1005, 1010, 1003, 1109, 1110, 1126, 1160, 1161, 1472]);

const indentStep = "  ";

function indentAfter(code: string): string {
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return /[{([]$/.test(line) ? indent + indentStep : indent;
}
