// Notebooks are committed as source: without outputs and without execution counts.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../setup/paths.mjs";

/** What is wrong with the notebooks of a folder, a line each. */
export function notebookProblems(folder = join(root, "notebooks")) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  return names.flatMap((name) => problemsOf(name, JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

function problemsOf(name, { cells, metadata }) {
  const problems = cells.flatMap((cell, index) => {
    if (cell.cell_type !== "code") return [];
    if (cell.outputs.length > 0) return [`${name}, cell ${index + 1}: has outputs; clear them before committing`];
    if (cell.execution_count !== null)
      return [`${name}, cell ${index + 1}: has an execution count; clear it before committing`];
    return [];
  });
  const kernel = metadata?.kernelspec?.name;
  return kernel === "sightlab" ? problems : [...problems, `${name}: expected the kernel sightlab, got ${kernel}`];
}
