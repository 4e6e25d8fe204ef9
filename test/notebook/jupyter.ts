/** Jupyter programs of the private environment, with the private Jupyter folders. */

import { execFileSync, spawn } from "node:child_process";

import { checkout, type Ended } from "../setup/miniature.ts";

const ask = `
  import { jupyterEnvironment } from "./scripts/setup/jupyter-environment.mjs";
  import { python } from "./scripts/setup/paths.mjs";
  console.log(JSON.stringify({ python, env: jupyterEnvironment() }));`;

/** Runs `python -m ...` in a folder, tells it `input`, and resolves once it has ended. */
export function jupyter(
  parameters: readonly string[],
  { folder, input = "" }: { readonly folder: string; readonly input?: string },
): Promise<Ended> {
  const told = execFileSync(process.execPath, ["--input-type=module", "--eval", ask], { cwd: checkout });
  const { python, env } = JSON.parse(String(told)) as { readonly python: string; readonly env: NodeJS.ProcessEnv };
  return new Promise((resolve, reject) => {
    const child = spawn(python, [...parameters], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? -1, output });
    });
    child.stdin.on("error", () => undefined); // a program that ended reads no more
    child.stdin.end(input);
  });
}
