/** The hash by which lm-evaluation-harness pins the requests of a task, and the text it is taken of. */

import { createHash } from "node:crypto";

import { type BenchmarkItem, requestsOf } from "./benchmark.ts";

/** One request as the harness's tests write it: the context with a continuation, or with the stop strings. */
export type RequestPair = readonly [context: string, asked: string | readonly string[]];

/** The requests of one item, in the order of the harness. */
export function requestPairs(item: BenchmarkItem): readonly RequestPair[] {
  if (!("sets" in item)) {
    const { context, stop, alsoScored = [] } = item;
    return [[context, stop], ...alsoScored.map((continuation): RequestPair => [context, continuation])];
  }
  return requestsOf(item).map(({ context, continuation }) => [context, continuation]);
}

/**
 * JSON as Python's `json.dumps` writes it by default: ", " and ": " between, every character beyond ASCII escaped.
 *
 * Integers and texts come out equal; Python's own writing of floats ("1.0", "1e-05") does not.
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${pythonJson(key)}: ${pythonJson(entry)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escapeCharacter);
}

/** SHA-256 of the requests as the harness's tests/test_version_stable.py takes it, in hexadecimal. */
export function requestHash(pairs: readonly RequestPair[]): string {
  return createHash("sha256").update(pythonJson(pairs)).digest("hex");
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
