// Python environments with the packages that goldens name: SIGHTLAB_PEERS_PYTHON where it has them, else one for each set of
// packages, made on demand and kept in .sightlab/goldens.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../setup/child.mjs";
import { findPython } from "../setup/find-python.mjs";
import { state } from "../setup/paths.mjs";

/** Path of a Python that has these packages, in these versions. */
export async function pythonWith(packages) {
  const named = process.env.SIGHTLAB_PEERS_PYTHON;
  if (named && hasAll(named, packages)) return named;
  const base = findPython();
  if (packages.length === 0) return base.executable;
  const hash = createHash("sha256").update(packages.join()).digest("hex").slice(0, 12);
  const folder = join(state, "goldens", hash);
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, "complete"))) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await succeed(base.executable, ["-m", "venv", ...(base.ensurepip ? [] : ["--without-pip"]), folder]);
  // Where Python lacks ensurepip, the system's pip installs into the environment.
  const pip = base.ensurepip ? [python, "-m", "pip"] : [base.executable, "-m", "pip", "--python", python];
  await succeed(pip[0], [...pip.slice(1), "install", "--quiet", "--disable-pip-version-check", ...packages]);
  writeFileSync(join(folder, "complete"), packages.join("\n"));
  return python;
}

function hasAll(python, packages) {
  const code = `
import sys
from importlib.metadata import PackageNotFoundError, version
for word in sys.argv[1:]:
    name, _, wanted = word.partition("==")
    try:
        found = version(name).split("+")[0]
    except PackageNotFoundError:
        sys.exit(1)
    if wanted and found != wanted:
        sys.exit(1)`;
  try {
    execFileSync(python, ["-c", code, ...packages], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function succeed(command, parameters) {
  const { code, output } = await run(command, parameters, { log: "goldens" });
  if (code !== 0)
    throw new Error(`${command} ${parameters.slice(0, 3).join(" ")} failed: ${output.trim().split("\n").at(-1)}`);
}
