/** Values as MIME bundles: what a cell shows. */

import { inspect } from "node:util";

import { isContent } from "../wire/content.ts";
import type { MimeBundle } from "./mime-bundle.ts";
import { richBundle } from "./rich/rich.ts";

/** The method of a value that shows itself: Deno's convention. */
export const displayKey: unique symbol = Symbol.for("Jupyter.display") as never; // a registered symbol has no type of its own

/** A value that shows itself. */
export interface Displayable {
  readonly [displayKey]: () => MimeBundle | Promise<MimeBundle>;
}

/**
 * The bundle of a value: its own where it shows itself, that of its kind where it is known, otherwise what Node prints. An empty bundle shows nothing.
 *
 * @throws TypeError where its own is no object.
 */
export function mimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (!isDisplayable(value)) return richBundle(value) ?? { "text/plain": inspect(value) };
  const bundle: unknown = value[displayKey]();
  return bundle instanceof Promise ? bundle.then(readBundle) : readBundle(bundle);
}

function isDisplayable(value: unknown): value is Displayable {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    displayKey in value &&
    typeof value[displayKey] === "function"
  );
}

function readBundle(bundle: unknown): MimeBundle {
  if (!isContent(bundle)) {
    throw new TypeError(
      `Cannot show a value: expected its Jupyter.display to return an object, got ${inspect(bundle)}`,
    );
  }
  return Object.fromEntries(Object.entries(bundle).map(([type, data]) => [type, transferable(data)]));
}

/** Bytes travel as base64, as the protocol wants it. */
function transferable(data: unknown): unknown {
  return data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data;
}
