// Writes the small random checkpoints that the first notebook opens: seeded, so that everybody has the same.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { librarySourcesHash } from "./build.mjs";
import { runOrExplain } from "./child.mjs";
import { quickstartCheckpoints, root } from "./paths.mjs";
import { step } from "./say.mjs";
import { clearStamp, isFresh, writeStamp } from "./stamp.mjs";

/** Writes the checkpoints again when they are missing or the library that writes them changed. */
export async function writeQuickstartCheckpoints() {
  const command = join(root, "dist", "cli", "main.js");
  const hash = librarySourcesHash();
  if (!existsSync(command) || isFresh("checkpoints", hash, [quickstartCheckpoints])) return;
  clearStamp("checkpoints");
  await step("Writing the quickstart's checkpoints", () =>
    runOrExplain(process.execPath, [command, "quickstart", quickstartCheckpoints], {
      doing: "writing the quickstart's checkpoints",
      log: "checkpoints",
    }),
  );
  writeStamp("checkpoints", hash);
}
