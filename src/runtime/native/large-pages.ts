/**
 * Large pages on Linux. A product with few rows reads every weight once, and takes as long as the reading; pages of 2 MB
 * instead of 4 KB make that 10 % shorter, as addresses are looked up less often. Most distributions give large pages only to
 * memory that asks (`madvise`), and ONNX Runtime does not ask for its copies of weights.
 *
 * Source: Linux Documentation/admin-guide/mm/transhuge.rst; madvise(2), mincore(2).
 */

import { readFile } from "node:fs/promises";

import koffi from "koffi";

import { runtime } from "./runtime.ts";

/** Memory from `start` to `end`, bytes. */
interface Region {
  readonly start: number;
  readonly end: number;
}

const pageBytes = 4096;
const largeBytes = 2 ** 21;
/** One call's share: a process that ends waits for it, and it is over at the first large page that cannot be had. */
const mostBytes = 2 ** 23;
/** `MADV_COLLAPSE` of linux/mman.h, Linux 6.1 and later. */
const collapse = 25;

/**
 * Moves this process's memory into large pages where all of it is in use, so that it does not grow; elements stay what they
 * are and where they are. Runs in libuv's pool. Gives the bytes that are in large pages now; 0 where the system has none.
 */
export async function useLargePages(signal: AbortSignal): Promise<number> {
  if (process.platform !== "linux") return 0;
  const { mincore, madvise } = (calls ??= bindCalls());
  let bytes = 0;
  for (const region of await anonymousRegions()) {
    for (const part of partsInUse(region, mincore)) {
      if (signal.aborted) return bytes;
      const length = part.end - part.start;
      if ((await inPool((done) => madvise.async(part.start, length, collapse, done))) === 0) bytes += length;
    }
  }
  return bytes;
}

interface Calls {
  readonly mincore: (start: number, length: number, present: Uint8Array) => number;
  readonly madvise: {
    readonly async: (
      start: number,
      length: number,
      advice: number,
      done: (error: unknown, result: number) => void,
    ) => void;
  };
}

let calls: Calls | undefined;

function bindCalls(): Calls {
  runtime(); // sets up koffi, which is possible only before its first call in the pool
  const library = koffi.load(null);
  return {
    mincore: library.func("mincore", "int", ["uintptr_t", "size_t", "_Out_ uint8_t *"]),
    madvise: library.func("madvise", "int", ["uintptr_t", "size_t", "int"]),
  };
}

function inPool(call: (done: (error: unknown, result: number) => void) => void): Promise<number> {
  return new Promise((resolve) => {
    call((error, result) => {
      resolve(error instanceof Error ? -1 : result);
    });
  });
}

/** Writable memory that belongs to no file, in whole large pages. */
async function anonymousRegions(): Promise<readonly Region[]> {
  const lines = (await readFile("/proc/self/maps", "latin1").catch(() => "")).split("\n"); // not every container has it
  return lines.flatMap((line) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0 *(?:\[heap\])?$/.exec(line) ?? [];
    if (from === undefined || to === undefined) return [];
    const start = Math.ceil(parseInt(from, 16) / largeBytes) * largeBytes;
    const end = Math.floor(parseInt(to, 16) / largeBytes) * largeBytes;
    return start < end ? [{ start, end }] : [];
  });
}

/** Runs of large pages of which every small one is in memory. */
function* partsInUse({ start, end }: Region, mincore: Calls["mincore"]): Generator<Region> {
  for (let at = start; at < end; at += mostBytes) {
    const length = Math.min(mostBytes, end - at);
    const present = new Uint8Array(length / pageBytes);
    if (mincore(at, length, present) !== 0) continue; // given back meanwhile
    let begun = at;
    for (let page = at; page <= at + length; page += largeBytes) {
      const first = (page - at) / pageBytes;
      const isUsed =
        page < at + length && present.subarray(first, first + largeBytes / pageBytes).every((bit) => bit & 1);
      if (isUsed) continue;
      if (begun < page) yield { start: begun, end: page };
      begun = page + largeBytes;
    }
  }
}
