/** What a command of the command line is, and how its problems are told. */

import { CancelledError } from "../base/errors.ts";

/** One command: `sightlab <name> ...`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `sightlab <name> --help`. */
  readonly usage: string;
  readonly run: (args: readonly string[], output: Output) => Promise<void>;
}

/** Where a command writes: results on `print`, everything else on `say`. */
export interface Output {
  readonly print: (line: string) => void;
  readonly say: (line: string) => void;
}

/** A command that was called in a way it does not understand. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * A whole number of at least 1 from an option.
 *
 * @throws UsageError where it is something else.
 */
export function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) {
    throw new UsageError(`Cannot read ${option}: expected a number of at least 1, got "${text}"`);
  }
  return Number(text);
}

/**
 * A whole number from 0 on from an option.
 *
 * @throws UsageError where it is something else.
 */
export function natural(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`Cannot read ${option}: expected a whole number, got "${text}"`);
  return Number(text);
}

/** The exit status and the words for an error: 130 for a stopped run, 2 for wrong usage, 1 for the rest. */
export function explain(error: unknown): { readonly status: number; readonly words: string } {
  if (error instanceof CancelledError) return { status: 130, words: error.message };
  if (error instanceof UsageError) return { status: 2, words: error.message };
  if (!(error instanceof Error)) return { status: 1, words: String(error) };
  const isExpected = /^(Cannot|Stopped) /.test(error.message) || "code" in error;
  return { status: 1, words: isExpected ? error.message : (error.stack ?? error.message) };
}
