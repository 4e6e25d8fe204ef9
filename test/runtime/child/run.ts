/** Runs one case of `cases.ts` in a process of its own, so that a crash would end only that process. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `name` of `cases.ts`, with these variables besides our own. */
export function runCase(name: string, env: Readonly<Record<string, string>> = {}): Promise<ChildEnd> {
  const script = fileURLToPath(new URL("cases.ts", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", "--import", "tsx", script, name], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
}
