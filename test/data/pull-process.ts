/** `pullDataset` in a process of its own: node --import tsx pull-process.ts '{"manifest": …, "folder": …}'. */

import { fileURLToPath } from "node:url";
import { type ChildProcess, spawn } from "node:child_process";

import { type Manifest } from "../../src/data/manifest.ts";
import { pullDataset } from "../../src/data/pull.ts";

/** What is pulled, and to where. */
export interface PullOrder {
  readonly manifest: Manifest;
  readonly folder: string;
}

/** A process that pulls. */
export interface PullProcess {
  readonly child: ChildProcess;
  /** Resolves once it has printed a text; rejects where it ends before. */
  readonly prints: (text: string) => Promise<void>;
  /** All it printed, once it has ended. */
  readonly ended: Promise<string>;
}

/** Starts one. */
export function startPull(order: PullOrder): PullProcess {
  const parameters = ["--import", "tsx", fileURLToPath(import.meta.url), JSON.stringify(order)];
  const child = spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const watchers = new Set<() => void>();
  const hear = (chunk: unknown): void => {
    printed += String(chunk);
    for (const watch of watchers) watch();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<string>((resolve) =>
    child.once("close", () => {
      resolve(printed);
    }),
  );
  const prints = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        if (printed.includes(text)) resolve();
      };
      watchers.add(watch);
      watch();
      void ended.then(() => {
        reject(new Error(`Waited in vain for "${text}" in: ${printed}`));
      });
    });
  return { child, prints, ended };
}

if (process.argv[1] === import.meta.filename) {
  const { manifest, folder } = JSON.parse(process.argv[2] ?? "") as PullOrder;
  const files = await pullDataset(manifest, {
    folder,
    progress: ({ label, completed }) => {
      console.log(`${label}: ${completed}`);
    },
  });
  console.log(files.map(({ path, state }) => `${path} ${state}`).join());
}
