/**
 * The Python that runs the peers: SIGHTLAB_PEERS_PYTHON, or an environment in .sightlab/peers/model that is made on demand.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the peers are, with their versions. */
export const peerPackages: readonly string[] = [
  "torch==2.15.0",
  "transformers==5.23.0",
  "peft==0.21.2",
  "safetensors==0.8.0",
  "lm_eval==0.4.13",
];

/** Path of a Python that has the peers; installs them where none is named. */
export function peerPython(): string {
  const named = process.env.SIGHTLAB_PEERS_PYTHON;
  if (named !== undefined && named !== "") return named;
  const folder = fileURLToPath(new URL("../../../.sightlab/peers/model", import.meta.url));
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, "complete"))) return python;
  mkdirSync(folder, { recursive: true });
  console.log(`Installing ${peerPackages.join(", ")} into .sightlab/peers/model ...`);
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", ...peerPackages], { stdio: "inherit" });
  execFileSync("touch", [join(folder, "complete")]);
  return python;
}
