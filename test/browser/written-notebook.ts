/** Notebooks that a test writes for JupyterLab to open. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes a notebook of code cells, none of them run, into a folder. */
export async function writeNotebook(folder: string, name: string, sources: readonly string[]): Promise<void> {
  const cells = sources.map((source, index) => ({
    id: `cell-${String(index)}`,
    cell_type: "code",
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  }));
  const kernelspec = { name: "sightlab", display_name: "TypeScript (Sightlab)", language: "typescript" };
  await writeFile(
    join(folder, name),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }),
  );
}
