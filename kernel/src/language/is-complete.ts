/** Whether code can run as it stands, wants more lines, or can never run. */

import type { IsCompleteReply } from "../messages/is-complete.ts";
import type { Jsx } from "./jsx.ts";
import { typescript } from "./typescript.ts";

/** Nobody types more than this; parsing it would keep cells waiting. */
const longest = 1_000_000;

/** Looks at syntax only. */
export function isComplete(code: string, jsx?: Jsx): IsCompleteReply {
  if (code.length > longest) return { status: "unknown" };
  const { diagnostics = [] } = typescript.transpileModule(code, {
    fileName: jsx === undefined ? "cell.mts" : "cell.tsx",
    reportDiagnostics: true,
    compilerOptions: {
      target: typescript.ScriptTarget.ESNext,
      module: typescript.ModuleKind.ESNext,
      ...(jsx !== undefined && { jsx: typescript.JsxEmit.ReactJSX }),
    },
  });
  const [first] = diagnostics;
  if (first === undefined) return { status: "complete" };
  const isAtEnd = (first.start ?? 0) + (first.length ?? 0) >= code.trimEnd().length;
  return (isAtEnd && wantsMore.has(first.code)) || unclosed.has(first.code)
    ? { status: "incomplete", indent: indentAfter(code) }
    : { status: "invalid" };
}

/** Diagnostics that more text can cure: something expected, and comments, templates and literals left open. */
const wantsMore: ReadonlySet<number> = new Set([1005, 1010, 1003, 1109, 1110, 1126, 1160, 1161, 1472]);

/** JSX elements and fragments without an end, reported where they begin. */
const unclosed: ReadonlySet<number> = new Set([17008, 17014]);

const indentStep = "  ";

function indentAfter(code: string): string {
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return /[{([]$/.test(line) ? indent + indentStep : indent;
}
