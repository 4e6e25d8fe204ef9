// Bundles lib/ and style/ into labextension/, the folder that JupyterLab loads. Needs no Python.

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);
const builder = resolve("@jupyter/builder/lib/build-labextension.js");
const corePackages = resolve("@jupyterlab/core-meta/core.package.json");

const { status, stdout, stderr } = spawnSync(process.execPath, [builder, "--core-package-file", corePackages, "."], {
  cwd: import.meta.dirname,
  encoding: "utf8",
});
if (status !== 0) {
  process.stderr.write(stdout + stderr);
  process.exit(1);
}
