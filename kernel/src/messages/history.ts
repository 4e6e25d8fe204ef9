/**
 * History.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#history
 */

import { type Content, flagOf, textOf } from "../wire/content.ts";

/** Content of `history_request`. */
export type HistoryRequest = { readonly unique: boolean; readonly withOutput: boolean } & (
  | { readonly access: "tail"; readonly count: number }
  | { readonly access: "search"; readonly pattern: string; readonly count: number }
  | { readonly access: "range"; readonly session: number; readonly start: number; readonly stop: number }
);

/** One cell that ran. Sessions count from 1. */
export interface HistoryEntry {
  readonly session: number;
  readonly line: number;
  readonly source: string;
}

/** Reads `history_request`; what is missing means everything. */
export function readHistoryRequest(content: Content): HistoryRequest {
  const common = { unique: flagOf(content, "unique", false), withOutput: flagOf(content, "output", false) };
  const count = numberOf(content, "n", Infinity);
  switch (textOf(content, "hist_access_type")) {
    case "range": {
      const [start, stop] = [numberOf(content, "start", 0), numberOf(content, "stop", Infinity)];
      return { ...common, access: "range", session: numberOf(content, "session", 0), start, stop };
    }
    case "search":
      return { ...common, access: "search", pattern: textOf(content, "pattern", "*"), count };
    default:
      return { ...common, access: "tail", count };
  }
}

/** Content of `history_reply`. Outputs are not kept: where they are asked for they are null. */
export function historyReply(entries: readonly HistoryEntry[], withOutput: boolean): Content {
  const history = entries.map(({ session, line, source }) => [session, line, withOutput ? [source, null] : source]);
  return { status: "ok", history };
}

function numberOf(content: Content, field: string, missing: number): number {
  const value = content[field];
  return typeof value === "number" ? value : missing;
}
