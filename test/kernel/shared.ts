/** One kernel for all tests that leave it as they found it, in a folder with files to import. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "../temporary-folder.ts";
import { KernelClient } from "./client.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Folder the shared kernel runs in. */
export const notebookFolder: string = temporaryFolder("notebook");

/** Writes a file into the shared kernel's folder; returns its path. */
export function writeNotebookFile(name: string, text: string): string {
  const path = join(notebookFolder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

let shared: Promise<KernelClient> | undefined;

/** The shared kernel; started where this is the first test that wants it. */
export function sharedKernel(): Promise<KernelClient> {
  shared ??= KernelClient.start({
    cwd: notebookFolder,
    env: { JUPYTER_DATA_DIR: join(notebookFolder, "data") },
  });
  return shared;
}

/** Builds the kernel where its sources are newer than what was built. */
function buildKernel(): void {
  const sources = readdirSync(join(root, "kernel/src"), { recursive: true, encoding: "utf8" });
  const newest = Math.max(...sources.map((name) => statSync(join(root, "kernel/src", name)).mtimeMs));
  const built = statSync(join(root, "kernel/dist/.tsbuildinfo"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newest > built) {
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b", join(root, "kernel")]);
  }
}

before(function () {
  this.timeout(120_000);
  buildKernel();
});

after(async () => {
  await (await shared)?.close();
});
