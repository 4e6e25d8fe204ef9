// Registers our kernel in the private environment, so that JupyterLab offers "TypeScript (Sightlab)" and nothing else.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { librarySourcesHash } from "./build.mjs";
import { runOrExplain } from "./child.mjs";
import { environment, kernelspec, root } from "./paths.mjs";
import { step } from "./say.mjs";
import { clearStamp, isFresh, writeStamp } from "./stamp.mjs";

/** Installs the kernelspec again when the kernel, this Node.js or the checkout's place changed. */
export async function installKernelspec() {
  const hash = `${librarySourcesHash()} ${process.execPath}`;
  const file = join(kernelspec, "kernel.json");
  if (isFresh("kernelspec", hash, [file])) return;
  clearStamp("kernelspec");
  await step("Registering the kernel", () =>
    runOrExplain(
      process.execPath,
      [join(root, "kernel", "dist", "cli.js"), "install", "--prefix", environment, "--fallback", root],
      {
        doing: "registering the kernel",
        log: "kernelspec",
      },
    ),
  );
  writeStamp("kernelspec", hash);
}

/** What is wrong with the installed kernelspec, in words; undefined when it names programs that are there. */
export function kernelspecProblem() {
  try {
    const { argv } = JSON.parse(readFileSync(join(kernelspec, "kernel.json"), "utf8"));
    const missing = argv.filter((part) => part.startsWith("/")).find((part) => !existsSync(part));
    return missing === undefined ? undefined : `it names ${missing}, which is not there`;
  } catch (error) {
    return error.code === "ENOENT" ? "it is not installed" : `it cannot be read (${error.message})`;
  }
}
