/** What is known of the program that makes a result: versions and commit. */

import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";

import { packageFolder } from "../base/package-folder.ts";
import { type RunProvenance } from "./rows.ts";

/** The provenance of a run that took from `startedAt` for `seconds`. */
export function describeRun(run: {
  readonly command: string | null;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly running?: RunProvenance["running"];
}): RunProvenance {
  const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return {
    command: run.command,
    startedAt: run.startedAt.toISOString(),
    seconds: run.seconds,
    versions: { sightlab: manifest.version, node: process.versions.node },
    commit: gitCommit(join(packageFolder, ".git")),
    platform: `${process.platform}-${process.arch}`,
    running: run.running ?? null,
  };
}

/** The commit that a .git folder (or the file of a worktree) has checked out; null where there is none. */
export function gitCommit(git: string): string | null {
  if (!existsSync(git)) return null;
  try {
    const folder = gitFolder(git);
    const head = readFileSync(join(folder, "HEAD"), "utf8").trim();
    if (!head.startsWith("ref: ")) return head;
    const name = head.slice("ref: ".length);
    const loose = [folder, commonFolder(folder)].map((place) => join(place, name)).find((path) => existsSync(path));
    if (loose !== undefined) return readFileSync(loose, "utf8").trim();
    const packed = readFileSync(join(commonFolder(folder), "packed-refs"), "utf8").split("\n");
    return packed.find((line) => line.endsWith(` ${name}`))?.split(" ")[0] ?? null;
  } catch {
    return null; // a repository in an unusual state has no commit that we can name, which is what null says
  }
}

function gitFolder(git: string): string {
  try {
    const pointer = readFileSync(git, "utf8")
      .trim()
      .replace(/^gitdir: /, "");
    return isAbsolute(pointer) ? pointer : join(git, "..", pointer);
  } catch {
    return git; // a folder, not the file of a worktree
  }
}

function commonFolder(folder: string): string {
  const pointer = join(folder, "commondir");
  return existsSync(pointer) ? join(folder, readFileSync(pointer, "utf8").trim()) : folder;
}
