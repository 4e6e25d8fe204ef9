// The Jupyter that the user has beside ours: whether our kernel is installed in it, and whether it can draw widgets.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

import { environment, root } from "../setup/paths.mjs";

const built = join(root, "kernel", "dist", "front-ends.js");

/** { text, advice } in words; advice is undefined where there is nothing to do. */
export async function ownJupyter() {
  if (!existsSync(built)) return { text: "cannot be examined before the build", advice: "npm run build" };
  const { frontEndProblems, jupyterDataFolders } = await import(pathToFileURL(built).href);
  hideOurs();
  const folders = await jupyterDataFolders({ user: true });
  if (folders === undefined) return { text: "there is none on the search path; npm start has its own" };
  const spec = folders
    .map((folder) => join(folder, "kernels", "sightlab", "kernel.json"))
    .find((file) => existsSync(file));
  if (spec === undefined)
    return { text: `does not have the kernel (node ${join("kernel", "dist", "cli.js")} install --user)` };
  const problems = frontEndProblems(folders);
  return { text: `has the kernel (${spec})`, advice: problems.length === 0 ? undefined : problems.join("; ") };
}

/** The private environment is examined by itself. */
function hideOurs() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  process.env.PATH = folders.filter((folder) => folder !== join(environment, "bin")).join(delimiter);
}
