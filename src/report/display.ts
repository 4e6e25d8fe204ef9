/** Values that draw themselves in a notebook cell and print themselves elsewhere. */

/** The key under which a notebook kernel looks for a value's own display. */
export const displayKey: unique symbol = Symbol.for("Jupyter.display");

const inspectKey = Symbol.for("nodejs.util.inspect.custom");

/** One output in several forms, by MIME type; a front end takes the richest that it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** The same content as HTML, Markdown and text, and as a notebook cell shows it. */
export interface Displayed {
  /** Self-contained; fits light and dark pages. All text of data and models is escaped. */
  readonly html: string;
  readonly markdown: string;
  readonly text: string;
  readonly toString: () => string;
  readonly [displayKey]: () => MimeBundle;
}

/** A value that shows itself; `extra` holds further MIME types. */
export function displayed(
  forms: { readonly html: string; readonly markdown: string; readonly text: string },
  extra: MimeBundle = {},
): Displayed {
  const { html, markdown, text } = forms;
  const bundle = { ...extra, "text/html": html, "text/markdown": markdown, "text/plain": text };
  const shown = { html, markdown, text, toString: () => text, [displayKey]: () => bundle };
  return Object.defineProperty(shown, inspectKey, { value: () => text });
}
