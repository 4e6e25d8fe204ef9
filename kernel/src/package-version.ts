/** Versions of packages, read without loading them. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { isContent, textOf } from "./wire/content.ts";

/** Version of the installed package `name`; of this package where none is given. */
export function packageVersion(name?: string): string {
  const require = createRequire(import.meta.url);
  const path = require.resolve(name === undefined ? "../package.json" : `${name}/package.json`);
  const description: unknown = JSON.parse(readFileSync(path, "utf8"));
  return isContent(description) ? textOf(description, "version") : "";
}
