/** Where cells find packages that the notebook's folder has not. */

import { join } from "node:path";

const kernelRoot = join(import.meta.dirname, "..", "..");

/** Package roots whose own name and dependencies any cell can import: the one the kernel was given, and the kernel's. */
export function fallbackFolders(fallback: string | null): readonly string[] {
  return fallback === null ? [kernelRoot] : [fallback, kernelRoot];
}
