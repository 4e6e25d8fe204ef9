/** Folders that are gone when the tests have ended, however they ended. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** A new folder in the system's temporary one; it is removed where tests failed or none was chosen too. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sightlab-${name}-`));
  made.push(folder);
  return folder;
}

process.once("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
