/** A renderer of benchmark tables for JupyterLab 4 and Notebook 7. */

import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { benchmarkMimeType } from "./benchmark-table.ts";
import { parseBenchmarkTable } from "./parse.ts";
import { drawBenchmarkTable, drawProblem } from "./view.ts";

/** One output of a notebook cell. */
class BenchmarkTableWidget extends Widget implements IRenderMime.IRenderer {
  /** Draws the model's table in place of the one before it. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.node.replaceChildren(draw(model.data[benchmarkMimeType]));
    return Promise.resolve();
  }
}

/** A payload may come from any notebook: what cannot be read is said, never thrown. */
function draw(data: unknown): HTMLElement {
  try {
    return drawBenchmarkTable(parseBenchmarkTable(data));
  } catch (error) {
    if (error instanceof TypeError) return drawProblem("benchmark table", error.message);
    throw error;
  }
}

/** The plugin of benchmark tables. */
export const tablePlugin: IRenderMime.IExtension = {
  id: "@sightlab/jupyterlab:benchmark-table",
  description: "Draws the benchmark tables of sightlab.",
  rendererFactory: {
    safe: true, // Draws text nodes only, so it may draw what is not trusted.
    mimeTypes: [benchmarkMimeType],
    createRenderer: () => new BenchmarkTableWidget(),
  },
  rank: 0, // Before the HTML rendering that every table also carries.
  dataType: "json",
};
