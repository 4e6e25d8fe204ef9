/**
 * The kernels that are compared. The others are installed on demand into .sightlab/peers, each as its documentation
 * says: tslab as a global package, since it finds Node's types only below itself.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { kernelArgv, type StartOptions } from "../../kernel/client.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const peers = join(root, ".sightlab/peers");
const python = join(root, ".venv/bin/python");

/** Names of the kernels. */
export const kernelNames = ["sightlab", "tslab", "deno", "ipykernel"] as const;

/** One kernel's name. */
export type KernelName = (typeof kernelNames)[number];

/** Versions that are installed. */
export const versions = { tslab: "1.0.22", deno: "2.9.6", ipykernel: "7.4.0" } as const;

/** A kernel that can be started. */
export interface Peer {
  readonly start: StartOptions;
  /** The cell that declares name number 1. */
  readonly firstCell: string;
  /** The cell that declares name number `n` from name `n - 1`, and shows it. */
  readonly newCell: (n: number) => string;
  /** Code at whose end a member of a number is completed. */
  readonly completion: string;
  readonly endlessLoop: string;
}

const typescript = {
  firstCell: "const value1 = 0",
  newCell: (n: number): string => `const value${String(n)} = value${String(n - 1)} + 1; value${String(n)}`,
  completion: "value1.toF",
  endlessLoop: "while (true) {}",
};

/** Installs a kernel where it is missing, and says how it is used. */
export const openPeer: { readonly [Name in KernelName]: () => Peer } = {
  sightlab: () => ({ ...typescript, start: { argv: kernelArgv } }),
  tslab: () => {
    const folder = join(peers, `tslab-${versions.tslab}`);
    const command = join(folder, "lib/node_modules/tslab/bin/tslab");
    install(command, "npm", ["install", "--global", "--prefix", folder, ...quiet, `tslab@${versions.tslab}`]);
    return { ...typescript, start: { argv: [process.execPath, command, "kernel", "--config-path"] } };
  },
  deno: () => {
    const folder = join(peers, `deno-${versions.deno}`);
    const packages = join(folder, "node_modules/@deno");
    install(packages, "npm", ["install", "--prefix", folder, ...quiet, `deno@${versions.deno}`]);
    const [platform = ""] = readdirSync(packages);
    const start = {
      argv: [join(packages, platform, "deno"), "jupyter", "--kernel", "--conn"],
      env: { DENO_DIR: join(folder, "cache"), DENO_NO_UPDATE_CHECK: "1" },
    };
    return { ...typescript, start };
  },
  ipykernel: () => {
    const folder = join(peers, `ipykernel-${versions.ipykernel}`);
    const pip = ["-m", "pip", "install", "--quiet", "--target", folder, `ipykernel==${versions.ipykernel}`];
    install(join(folder, "ipykernel"), python, pip);
    return {
      start: { argv: [python, "-m", "ipykernel_launcher", "-f"], env: { PYTHONPATH: folder } },
      firstCell: "value1 = 0",
      newCell: (n) => `value${String(n)} = value${String(n - 1)} + 1; value${String(n)}`,
      completion: "value1.bit_le",
      endlessLoop: "while True: pass",
    };
  },
};

const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];

function install(result: string, command: string, argv: readonly string[]): void {
  if (existsSync(result)) return;
  mkdirSync(peers, { recursive: true });
  execFileSync(command, [...argv], { cwd: peers, stdio: "inherit" });
}
