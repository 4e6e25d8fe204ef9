// All of set-up, in order. Each step looks for itself whether it has anything to do.

import { mkdirSync } from "node:fs";

import { buildAll } from "./build.mjs";
import { writeQuickstartCheckpoints } from "./checkpoints.mjs";
import { installExtension } from "./extension.mjs";
import { installKernelspec } from "./kernelspec.mjs";
import { installNpmPackages } from "./npm-packages.mjs";
import { state } from "./paths.mjs";
import { makePythonEnvironment } from "./python-environment.mjs";

/** Brings everything up to date; with `tests` also what only the tests need. */
export async function setUp({ tests = false } = {}) {
  mkdirSync(state, { recursive: true });
  await installNpmPackages();
  await buildAll();
  await makePythonEnvironment({ tests });
  await installKernelspec();
  await installExtension();
  await writeQuickstartCheckpoints();
}
