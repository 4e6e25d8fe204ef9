// Builds what is stale: TypeScript (library, kernel, extension) and the extension's bundle for JupyterLab.

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { logFile, run, runOrExplain } from "./child.mjs";
import { packageCommand, root } from "./paths.mjs";
import { SetupProblem } from "./problem.mjs";
import { step } from "./say.mjs";
import { clearStamp, hashFiles, isFresh, writeStamp } from "./stamp.mjs";

const sources = ["src", "kernel/src", "kernel/tsconfig.json", "kernel/package.json"];
const settings = ["tsconfig.json", "tsconfig.base.json", "package.json", "package-lock.json"];
const extensionSources = ["src", "style", "schema", "package.json", "tsconfig.json", "build-bundle.mjs"];

/** What the library and the kernel are built from, as one hash. */
export function librarySourcesHash() {
  return hashFiles([...sources, ...settings]);
}

/** Builds the library, the kernel and the extension unless they are built from just these sources. */
export async function buildAll() {
  const hash = hashFiles([...sources, ...settings, ...extensionSources.map((path) => `extension/${path}`)]);
  const outputs = [
    join(root, "dist", "index.js"),
    join(root, "kernel", "dist", "index.js"),
    join(root, "extension", "lib"),
  ];
  if (isFresh("build", hash, [...outputs, bundleFolder()])) return;
  clearStamp("build");
  await step("Building", async (show) => {
    if (!outputs.every((output) => existsSync(output))) forgetHalfBuilds();
    await compile();
    show("the extension's bundle");
    await runOrExplain(process.execPath, [join(root, "extension", "build-bundle.mjs")], {
      doing: "bundling the extension",
      log: "bundle",
    });
  });
  writeStamp("build", hash);
}

/** Where the extension's bundle is built. */
export function bundleFolder() {
  return join(root, "extension", "labextension");
}

async function compile() {
  const { code, output } = await run(process.execPath, [packageCommand("tsc"), "-b"], { log: "tsc" });
  if (code === 0) return;
  const first = output.split("\n").find((line) => line.includes("error TS")) ?? output.trim();
  throw new SetupProblem(`The sources do not compile (${first}): the whole list is in ${logFile("tsc")}`);
}

/** tsc believes its .tsbuildinfo, which lies among the output, even where other output is gone. */
function forgetHalfBuilds() {
  for (const folder of ["dist", "kernel/dist", "extension/lib"])
    rmSync(join(root, folder), { recursive: true, force: true });
}
