/** Errors of cells as the protocol's `error` content. */

import { inspect, styleText } from "node:util";

import type { Problem } from "../language/answers.ts";
import type { ErrorContent } from "../messages/error.ts";
import { codeFrame } from "./code-frame.ts";
import { placeInError } from "./error-place.ts";
import { Interrupted } from "./interrupt.ts";

/** More problems than these are only counted. */
const shownProblems = 10;

/** Thrown where a cell does not check; it has not run. */
export class CellRejected extends Error {
  override readonly name = "TypeScriptError";
  readonly problems: readonly Problem[];
  readonly place: string;
  readonly code: string;

  constructor(problems: readonly Problem[], { place, code }: { readonly place: string; readonly code: string }) {
    const [first] = problems;
    super(first === undefined ? "" : `TS${String(first.code)}: ${first.message}`);
    this.problems = problems;
    this.place = place;
    this.code = code;
  }
}

/** The `error` content of whatever was thrown. */
export function errorContent(thrown: unknown): ErrorContent {
  if (thrown instanceof CellRejected) return rejectedContent(thrown);
  if (thrown instanceof Interrupted) {
    return { ename: thrown.name, evalue: thrown.message, traceback: [styleText("red", thrown.message)] };
  }
  if (!(thrown instanceof Error)) {
    const value = inspect(thrown);
    return { ename: "Thrown", evalue: value, traceback: [`${styleText("red", "Thrown")}: ${value}`] };
  }
  const place = placeInError(thrown);
  const frame = place === undefined ? [] : codeFrame(place.source.code, place).split("\n");
  return {
    ename: thrown.name,
    evalue: thrown.message,
    traceback: [...frame, ...inspect(thrown, { colors: true }).split("\n")],
  };
}

function rejectedContent({ name, message, problems, place, code }: CellRejected): ErrorContent {
  const shown = problems.slice(0, shownProblems).flatMap((problem) => {
    const where = `${place}:${String(problem.line)}:${String(problem.column)}`;
    const title = `${styleText("red", `TS${String(problem.code)}`)}: ${problem.message}`;
    return [title, `    at ${where}`, ...codeFrame(code, problem).split("\n"), ""];
  });
  const rest = problems.length - shownProblems;
  const more = rest > 0 ? [`and ${String(rest)} more`] : [];
  return { ename: name, evalue: message, traceback: [...shown, ...more].slice(0, more.length > 0 ? undefined : -1) };
}
