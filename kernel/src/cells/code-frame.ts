/** The lines around a place in code, with a mark under it. */

import { styleText } from "node:util";

/** A place in code; line and column count from 1. */
export interface CodePlace {
  readonly line: number;
  readonly column: number;
  readonly length?: number;
}

const linesAround = 2;

/** A frame of at most five lines. */
export function codeFrame(code: string, { line, column, length = 1 }: CodePlace): string {
  const lines = code.split("\n");
  const first = Math.max(1, line - linesAround);
  const last = Math.min(lines.length, line + linesAround);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1] ?? "";
    const isMarked = number === line;
    frame.push(`${isMarked ? ">" : " "} ${String(number).padStart(width)} | ${text}`);
    if (!isMarked) continue;
    const tabs = text.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
    const mark = "^".repeat(Math.max(1, Math.min(length, text.length - column + 1)));
    frame.push(`  ${" ".repeat(width)} | ${tabs}${styleText("red", mark)}`);
  }
  return frame.join("\n");
}
