/**
 * TypeScript, loaded through `require`: `import` would first search its nine megabytes for the names it exports, which
 * takes four times as long as running it.
 */

import { createRequire } from "node:module";

import type ts from "typescript";

/** The compiler's API; its types are those of the package. */
export const typescript: typeof ts = createRequire(import.meta.url)("typescript") as typeof ts;
