/** The user's TypeScript files are run as ES modules, whatever a package.json above them says or leaves out. */

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

/**
 * The text TypeScript is shown for `path`, where it is a package.json outside node_modules: as one of ES modules. At
 * the root of the file system there always is one, for files that no package holds.
 */
export function packageText(path: string): string | undefined {
  if (basename(path) !== "package.json" || path.includes("/node_modules/")) return undefined;
  if (existsSync(path)) return asModule(readFileSync(path, "utf8"));
  const folder = dirname(path);
  return dirname(folder) === folder ? `{ "type": "module" }` : undefined;
}

function asModule(text: string): string {
  try {
    return JSON.stringify({ ...(JSON.parse(text) as object), type: "module" });
  } catch {
    return text; // TypeScript says what is wrong with it
  }
}
