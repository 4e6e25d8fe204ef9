/**
 * Garbage of the language thread. Each check leaves a megabyte of it, and V8 lets a heap grow to four times what lives
 * in it before it looks: collecting sooner, between two answers, holds the kernel at 300 MB instead of 500.
 */

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Garbage that may pile up, bytes. */
const allowance = 64 * 2 ** 20;

/** A function that collects this thread's garbage where there is much of it; 50 ms once in 50 cells. */
export function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // only new contexts have it
  setFlagsFromString("--no-expose-gc");
  let kept = heapSize();
  return () => {
    if (heapSize() < kept + allowance) return;
    collect();
    kept = heapSize();
  };
}

const heapSize = (): number => getHeapStatistics().used_heap_size;
