/** Where the lines of running code come from, so that stack traces show the cell's own lines. */

import { type SourceMapPayload, SourceMap } from "node:module";

/** One script that was made from a cell or from a TypeScript file. */
export interface ScriptSource {
  /** The name traces show: `Cell [3]`, or a path. */
  readonly name: string;
  /** The user's code. */
  readonly code: string;
  /** Source map of the script's text after its first line, JSON. */
  readonly map: string;
  /** Lines of the mapped source before the user's first. */
  readonly headerLines: number;
  /** The cell, where it is one. */
  readonly cell: number | null;
}

/** A place in the user's code; line and column count from 1. */
export interface SourcePlace {
  readonly source: ScriptSource;
  readonly line: number;
  readonly column: number;
}

/** Scripts whose frames are still translated. */
const kept = 1000;
const sources = new Map<string, ScriptSource>();

/** Remembers what the script named `file` was made from. */
export function rememberSource(file: string, source: ScriptSource): void {
  sources.delete(file);
  sources.set(file, source);
  const [oldest] = sources.keys();
  if (sources.size > kept && oldest !== undefined) sources.delete(oldest);
}

/** The user's line for a line of a script, if it is one. */
export function sourcePlace(file: string, line: number, column: number): SourcePlace | undefined {
  const source = sources.get(file);
  if (source === undefined) return undefined;
  const map = new SourceMap(JSON.parse(source.map) as SourceMapPayload); // written by TypeScript
  const entry = map.findEntry(line - 2, column - 1); // from 0, and without the script's first line
  if (!("originalLine" in entry)) return undefined;
  return { source, line: entry.originalLine + 1 - source.headerLines, column: entry.originalColumn + 1 };
}

/** A place as traces name it, with the code that stands there. */
export function namedPlace(name: string, line: number, column: number): SourcePlace | undefined {
  const source = [...sources.values()].findLast((candidate) => candidate.name === name);
  return source && { source, line, column };
}
