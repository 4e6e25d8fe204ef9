/** Packages the kernel answers for itself, whatever the notebook's folder has installed. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What stands for a package. */
export interface StandIn {
  /** Path of its declarations. */
  readonly types: string;
  /** Address of its code. */
  readonly code: string;
}

const built = join(import.meta.dirname, "..");

/** What stands for the package `specifier` names, if anything does. */
export function standInFor(specifier: string): StandIn | undefined {
  if (specifier !== "tslab") return undefined;
  return {
    types: join(built, "tslab", "tslab.d.ts"),
    code: pathToFileURL(join(built, "tslab", "tslab.js")).href,
  };
}
