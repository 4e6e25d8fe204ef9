// Copies the built JupyterLab extension into the private environment, where JupyterLab finds it without a build.

import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { bundleFolder } from "./build.mjs";
import { labextension } from "./paths.mjs";
import { step } from "./say.mjs";
import { clearStamp, hashFiles, isFresh, writeStamp } from "./stamp.mjs";

/** Installs the extension again when its bundle changed. */
export async function installExtension() {
  if (!existsSync(bundleFolder())) return;
  const hash = hashFiles(["extension/labextension"]);
  if (isFresh("extension", hash, [join(labextension, "package.json")])) return;
  clearStamp("extension");
  await step("Installing the JupyterLab extension", async () => {
    rmSync(labextension, { recursive: true, force: true });
    mkdirSync(dirname(labextension), { recursive: true });
    cpSync(bundleFolder(), labextension, { recursive: true });
  });
  writeStamp("extension", hash);
}
