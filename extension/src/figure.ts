/** Plotly's JSON as the renderer receives it: `application/vnd.plotly.v1+json`, whoever wrote it. */

/** The MIME type of a figure (plotly.py@6/plotly/io/_base_renderers.py). */
export const figureMimeType = "application/vnd.plotly.v1+json";

type Fields = Readonly<Record<string, unknown>>;

/** A figure: traces, how they are laid out, and how the page may touch them. */
export interface Figure {
  readonly data: readonly unknown[];
  readonly layout: Fields;
  readonly config: Fields;
}

/** Colours of the page that a figure stands on, as CSS. */
export interface PageColours {
  readonly text: string;
  readonly lines: string;
}

/**
 * Reads a payload of any origin.
 *
 * @throws TypeError naming the field that is not what Plotly writes.
 */
export function parseFigure(payload: unknown): Figure {
  const { data, layout = {}, config = {} } = fields(payload, "payload");
  if (!Array.isArray(data)) {
    throw new TypeError(`Cannot draw the figure at "data": expected a list, got ${typeof data}`);
  }
  return {
    data: data.map((trace) => fields(trace, "data")),
    layout: fields(layout, "layout"),
    config: fields(config, "config"),
  };
}

/** The layout with the page's own colours wherever the figure names none: it then follows the theme. */
export function onPage(layout: Fields, { text, lines }: PageColours): Fields {
  const axis = (name: string): Fields => ({
    gridcolor: lines,
    zerolinecolor: lines,
    linecolor: lines,
    ...fields(layout[name] ?? {}, name),
  });
  const axes = new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))]);
  const size = "height" in layout ? {} : { height: 360 };
  return {
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    margin: { l: 56, r: 16, t: "title" in layout ? 48 : 16, b: 48 },
    ...size,
    ...layout,
    font: { color: text, ...fields(layout.font ?? {}, "font") },
    ...Object.fromEntries([...axes].map((name) => [name, axis(name)])),
  };
}

function fields(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`Cannot draw the figure at "${name}": expected an object, got ${JSON.stringify(value)}`);
  }
  return { ...value };
}
