/** Plotly figures: plain objects of traces and a layout, which JupyterLab and Notebook draw with plotly's own renderer. */

import { inspect } from "node:util";

import { isContent } from "../../wire/content.ts";
import type { MimeBundle } from "../mime-bundle.ts";

const known: ReadonlySet<string> = new Set(["data", "layout", "config", "frames"]);

/** The bundle of a Plotly figure; undefined for anything else. */
export function plotlyBundle(value: object): MimeBundle | undefined {
  if (!("data" in value && "layout" in value)) return undefined;
  const { data, layout } = value;
  const isFigure =
    Array.isArray(data) &&
    data.every(isContent) &&
    isContent(layout) &&
    Object.keys(value).every((key) => known.has(key));
  if (!isFigure) return undefined;
  return { "application/vnd.plotly.v1+json": value, "text/plain": inspect(value) };
}
