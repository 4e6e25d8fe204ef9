/**
 * TypeScript, loaded as a script with its compiled code: `import` would first search its nine megabytes for the names
 * it exports, which takes four times as long as running it.
 */

import { createRequire } from "node:module";
import { join } from "node:path";

import type ts from "typescript";

import { loadCached } from "./code-cache.ts";

const path = createRequire(import.meta.url).resolve("typescript");
const packages = path.slice(0, path.lastIndexOf("node_modules") + "node_modules".length);

/** Its code is kept where tools keep what they can make again, and goes when the packages are installed anew. */
const module = loadCached(path, join(packages, ".cache", "sightlab-kernel"));

/** The compiler's API; its types are those of the package. */
export const typescript: typeof ts = module.exports as typeof ts;

/** Keeps TypeScript's compiled code for the next start. */
export const keepTypeScript: () => void = module.keep;
