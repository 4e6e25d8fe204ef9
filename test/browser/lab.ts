/** A real JupyterLab for tests: what `npm start` starts, on a private folder. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";

const root = join(import.meta.dirname, "..", "..");

/** A running server; `stop` ends it with its kernels. */
export interface Lab {
  /** Scheme, host and port: "http://127.0.0.1:8888". */
  readonly origin: string;
  readonly token: string;
  /** The folder that it shows. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** Runs `npm start` on a new empty folder. */
export async function startLab(): Promise<Lab> {
  const folder = temporaryFolder("browser");
  const options = ["--no-browser", "--dir", folder];
  const child = spawn(process.execPath, [join(root, "scripts", "run.mjs"), "start", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  let printed = "";
  const address = new Promise<URL>((resolve) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const url = /JupyterLab is at (http\S+)/.exec(printed)?.[1];
      if (url !== undefined) resolve(new URL(url));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
  const url = await Promise.race([address, ended]);
  if (url === undefined) {
    await stop();
    assert.fail(`npm start ended before JupyterLab answered:\n${printed}`);
  }
  return { origin: url.origin, token: url.searchParams.get("token") ?? "", folder, stop };
}
