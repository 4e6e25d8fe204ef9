/**
 * TypeScript, loaded as a script with its compiled code: `import` would first search its nine megabytes for the names
 * it exports, which takes four times as long as running it.
 */

import { createRequire } from "node:module";

import type ts from "typescript";

import { loadCached } from "./code-cache.ts";

const module = loadCached(createRequire(import.meta.url).resolve("typescript"));

/** The compiler's API; its types are those of the package. */
export const typescript: typeof ts = module.exports as typeof ts;

/** Keeps TypeScript's compiled code for the next start. */
export const keepTypeScript: () => void = module.keep;
