// A miniature checkout for the tests of set-up: the real scripts in a folder of their own, with little to install.

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";

/** The real checkout. */
export const checkout: string = join(import.meta.dirname, "..", "..");

/** What a program printed, and its exit code. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

export interface Miniature {
  readonly folder: string;
  /** Runs JavaScript in the miniature, with `scripts/...` importable; variables that are undefined are taken away. */
  run(code: string, env?: Readonly<Record<string, string | undefined>>): Promise<Ended>;
  [Symbol.dispose](): void;
}

/** Makes a miniature with these files beside the scripts; paths are relative to it. */
export function miniature(files: Readonly<Record<string, string>> = {}): Miniature {
  const folder = temporaryFolder("miniature");
  cpSync(join(checkout, "scripts"), join(folder, "scripts"), { recursive: true });
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
  return {
    folder,
    run: (code, env = {}) => run(process.execPath, ["--input-type=module", "--eval", code], { folder, env }),
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a program to its end in a folder. */
export function run(
  program: string,
  parameters: readonly string[],
  { folder, env = {} }: { readonly folder: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? -1, output });
    });
  });
}
