/** A renderer of Plotly figures for JupyterLab 4 and Notebook 7, which have none of their own. */

import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import type Plotly from "plotly.js-cartesian-dist-min";
import { figureMimeType, onPage, type PageColours, parseFigure } from "./figure.ts";
import { drawProblem } from "./view.ts";

/** plotly.js is a megabyte and a half: it is fetched when the first figure is drawn. */
const loadPlotly = async (): Promise<typeof Plotly> => (await import("plotly.js-cartesian-dist-min")).default;

/** One figure of a notebook cell. */
class FigureWidget extends Widget implements IRenderMime.IRenderer {
  readonly #plot = document.createElement("div");

  /** Draws the model's figure in place of the one before it; a payload that is no figure is said, never thrown. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      const { data, layout, config } = parseFigure(model.data[figureMimeType]);
      const plotly = await loadPlotly();
      this.node.replaceChildren(this.#plot);
      await plotly.react(this.#plot, data, onPage(layout, pageColours()), {
        responsive: true,
        displaylogo: false,
        ...config,
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.node.replaceChildren(drawProblem("figure", error.message));
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    void loadPlotly().then((plotly) => {
      plotly.purge(this.#plot);
    });
    super.dispose();
  }
}

function pageColours(): PageColours {
  const style = getComputedStyle(document.body);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return { text: colour("--jp-content-font-color1"), lines: colour("--jp-border-color2") };
}

/** The plugin of figures. A renderer that the user installed comes first. */
export const figurePlugin: IRenderMime.IExtension = {
  id: "@sightlab/jupyterlab:figure",
  description: "Draws Plotly figures.",
  rendererFactory: {
    safe: false, // A figure may load pictures and carry links: only what is trusted is drawn.
    mimeTypes: [figureMimeType],
    createRenderer: () => new FigureWidget(),
  },
  rank: 50,
  dataType: "json",
};
