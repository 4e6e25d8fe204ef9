/** Cells that ran, in this session and in earlier ones: one JSON line each, in the user's Jupyter data folder. */

import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { userDataFolder } from "../kernelspec.ts";
import type { HistoryEntry, HistoryRequest } from "../messages/history.ts";
import { isContent } from "./content.ts";

/** Entries that are read back from earlier sessions. */
const longest = 10_000;

/** The history of one kernel. */
export interface History {
  readonly add: (line: number, source: string) => void;
  readonly find: (request: HistoryRequest) => readonly HistoryEntry[];
}

/** The history kept in `file`; a file that cannot be written keeps nothing beyond this session. */
export function openHistory(file: string = join(userDataFolder(), "sightlab", "history.jsonl")): History {
  let entries: HistoryEntry[] | undefined;
  let session = 1;
  // Read late: the kernel answers its first requests sooner, and most sessions never ask.
  const load = (): HistoryEntry[] => {
    if (entries !== undefined) return entries;
    entries = readEntries(file);
    session = (entries.at(-1)?.session ?? 0) + 1;
    return entries;
  };
  return {
    add: (line, source) => {
      const known = load();
      const entry: HistoryEntry = { session, line, source };
      known.push(entry);
      append(file, entry);
    },
    find: (request) => {
      const known = load();
      const found = known.filter(matcher(request, session));
      const distinct = request.unique ? lastOfEach(found) : found;
      return request.access === "range" || request.count === Infinity ? distinct : distinct.slice(-request.count);
    },
  };
}

function matcher(request: HistoryRequest, current: number): (entry: HistoryEntry) => boolean {
  if (request.access === "tail") return () => true;
  if (request.access === "search") {
    const pattern = globPattern(request.pattern);
    return ({ source }) => pattern.test(source);
  }
  // Session 0 is this one, -1 the one before.
  const session = request.session > 0 ? request.session : current + request.session;
  return (entry) => entry.session === session && entry.line >= request.start && entry.line < request.stop;
}

/** A pattern of `*` and `?`, as shells have it. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, "u");
}

function lastOfEach(entries: readonly HistoryEntry[]): HistoryEntry[] {
  return [...new Map(entries.map((entry) => [entry.source, entry])).values()];
}

function readEntries(file: string): HistoryEntry[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return []; // the first session
  }
  return text.split("\n").slice(-longest).flatMap(readEntry);
}

function readEntry(line: string): HistoryEntry[] {
  try {
    const entry: unknown = JSON.parse(line);
    if (!isContent(entry)) return [];
    const { session, line: number, source } = entry;
    const isWhole = typeof session === "number" && typeof number === "number" && typeof source === "string";
    return isWhole ? [{ session, line: number, source }] : [];
  } catch {
    return []; // a line cut short by a full disk
  }
}

function append(file: string, entry: HistoryEntry): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  } catch {
    // A folder that cannot be written: history lasts as long as the session.
  }
}
