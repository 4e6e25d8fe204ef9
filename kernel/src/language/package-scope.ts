/** The user's TypeScript files are run as ES modules, whatever their folder's package.json says or leaves out. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package.json that TypeScript is shown in place of the nearest real one. */
export interface PackageScope {
  readonly path: string;
  readonly text: string;
}

/** The package.json above `folder`, as one of ES modules; one in `folder` itself where there is none. */
export function packageScope(folder: string): PackageScope {
  const path = nearest(folder);
  if (path === undefined) return { path: join(folder, "package.json"), text: `{ "type": "module" }` };
  return { path, text: asModule(readFileSync(path, "utf8")) };
}

function nearest(folder: string): string | undefined {
  const path = join(folder, "package.json");
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : nearest(dirname(folder));
}

function asModule(text: string): string {
  try {
    return JSON.stringify({ ...(JSON.parse(text) as object), type: "module" });
  } catch {
    return text; // TypeScript says what is wrong with it
  }
}
