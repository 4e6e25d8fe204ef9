/**
 * A widget whose front end is an ES module of the user's own: `export default { render({ model, el }) { ... } }`.
 *
 * The contract and the front end are anywidget's (https://anywidget.dev/en/afm/): model module "anywidget", state
 * `_esm` and `_css`.
 */

import { readFileSync } from "node:fs";

import type { ControlAttribute } from "./control-model.ts";
import { openWidget, type Widget } from "./widget.ts";
import { makeControl } from "./control.ts";

/** Version range of the front end that `_esm` is written for. */
const frontEndVersion = "~0.11.*";

const text: ControlAttribute = { type: "string", nullable: false, default: "" };

/**
 * Opens a widget drawn by `module`: the source text of an ES module, or the URL of its file
 * (`new URL("./clock.js", import.meta.url)`); so with `css`.
 *
 * `state` is what the module reads and writes with `model.get` and `model.set`; any JSON value, or bytes.
 *
 * @throws TypeError or Error of Node's where a file cannot be read.
 */
export function moduleWidget<State extends Readonly<Record<string, unknown>>>(
  module: string | URL,
  options: { readonly state: State; readonly css?: string | URL },
): Widget<{ -readonly [Name in keyof State]: State[Name] }> {
  const { state, css = "" } = options;
  const attributes = Object.fromEntries(Object.keys(state).map((name) => [name, anything(state[name])]));
  return openWidget(
    {
      model: { module: "anywidget", name: "AnyModel", version: frontEndVersion },
      view: { module: "anywidget", name: "AnyView", version: frontEndVersion },
      attributes: {
        ...attributes,
        _esm: text,
        _css: text,
        _anywidget_id: text,
        layout: { type: "reference", nullable: false, default: null, widget: "Layout" },
      },
    },
    {
      ...state,
      _esm: textOf(module),
      _css: textOf(css),
      _anywidget_id: "sightlab.ModuleWidget",
      layout: makeControl("Layout"),
    },
  );
}

function textOf(source: string | URL): string {
  return source instanceof URL ? readFileSync(source, "utf8") : source;
}

/** The attribute for a value of the user's own: what it is now says what it may become. */
function anything(value: unknown): ControlAttribute {
  return { type: typeOf(value), nullable: true, default: null };
}

function typeOf(value: unknown): ControlAttribute["type"] {
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return "float";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "bool" : "object";
}
