/** Memory: what this process takes, what there is, and what weights will take. */

import { readFileSync } from "node:fs";

import { type Dtype, dtypeBytes } from "../base/dtype.ts";
import { elementCount } from "../base/shape.ts";
import { type Tensor, tensorBytes } from "../base/tensor.ts";

/** Memory of the machine and of this process, in bytes. */
export interface MemoryFigures {
  /** Resident now, mapped weights included as far as they were read. */
  readonly processBytes: number;
  /** Most that was ever resident. */
  readonly peakBytes: number;
  /** What more could be taken without swapping; honours limits of containers. */
  readonly availableBytes: number;
}

/** Measures memory now. */
export function memoryFigures(): MemoryFigures {
  return {
    processBytes: process.memoryUsage.rss(),
    peakBytes: peakBytes(),
    availableBytes: process.availableMemory(),
  };
}

/** Linux counts the parent's memory at the start of a process in `maxRSS`, but not in VmHWM (proc_pid_status(5)). */
function peakBytes(): number {
  if (process.platform === "linux") {
    try {
      const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
      if (kibibytes !== undefined) return Number(kibibytes) * 1024;
    } catch {
      // not every container has /proc
    }
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** What weights in files take on the CPU, in bytes. */
export interface WeightMemory {
  /** Pages of the files; the system may drop them and read them again. */
  readonly mappedBytes: number;
  /** Copies that stay as long as the session. */
  readonly heldBytes: number;
  /** Most at a time while the session is made: `heldBytes` and one more copy of the largest weight. */
  readonly loadingBytes: number;
}

/** How a weight of each dtype is held: f16 and bf16 as f32 for good, f32 a second time where it is prepacked. */
const heldAs: Readonly<Record<Dtype, Dtype | "prepacked" | null>> = {
  f64: "prepacked",
  f32: "prepacked",
  f16: "f32",
  bf16: "f32",
  i64: null,
  i32: null,
  u8: null,
  bool: null,
};

/**
 * Predicts what external weights take on the CPU with ONNX Runtime 1.30; measured within 4 MiB of 64 for products
 * (test/runtime/memory.test.ts). Weights that no product reads (norms, an embedding that is not tied) are counted as if
 * one did, so this is an upper bound.
 */
export function predictWeightMemory(
  weights: readonly Pick<Tensor, "dtype" | "shape">[],
  { prepack = true }: { readonly prepack?: boolean } = {},
): WeightMemory {
  const held = weights.map((weight) => heldBytes(weight, prepack));
  const heldTotal = held.reduce((total, bytes) => total + bytes, 0);
  const largest = held.reduce((most, bytes) => Math.max(most, bytes), 0);
  const mappedBytes = weights.reduce((total, weight) => total + tensorBytes(weight), 0);
  return { mappedBytes, heldBytes: heldTotal, loadingBytes: heldTotal + largest };
}

function heldBytes(weight: Pick<Tensor, "dtype" | "shape">, prepack: boolean): number {
  const form = heldAs[weight.dtype];
  if (form === null || (form === "prepacked" && !prepack)) return 0;
  return elementCount(weight.shape) * dtypeBytes[form === "prepacked" ? weight.dtype : form];
}
