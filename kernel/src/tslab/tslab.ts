/**
 * What cells get for `import * as tslab from "tslab"`: tslab's display API, so that notebooks written for it run
 * unchanged. The package itself would load a TypeScript of its own and speak to a kernel that is not there.
 *
 * API and behaviour: tslab@1.0.22/dist/public.d.ts.
 */

import type { DisplayHandle } from "../cells/globals.ts";
import { packageVersion } from "../package-version.ts";

/** Shows values in one format each. */
export interface Display {
  javascript(s: string): void;
  html(s: string): void;
  markdown(s: string): void;
  latex(s: string): void;
  svg(s: string): void;
  png(b: Uint8Array): void;
  jpeg(b: Uint8Array): void;
  gif(b: Uint8Array): void;
  pdf(b: Uint8Array): void;
  text(s: string): void;
  raw(contentType: string, b: string | Uint8Array): void;
}

/** Versions of tslab's API, of TypeScript and of Node. */
export const versions: { readonly tslab: string; readonly typescript: string; readonly node: string } = {
  tslab: "1.0.22",
  typescript: packageVersion("typescript"),
  node: process.version,
};

/** Shows each value in a place of its own. */
export const display: Display = displayThrough((bundle) => {
  globalThis.display.bundle(bundle);
});

/** A display that shows each value in the place of the one before. */
export function newDisplay(): Display {
  let shown: DisplayHandle | undefined;
  return displayThrough((bundle) => {
    if (shown === undefined) shown = globalThis.display.bundle(bundle);
    else shown.update(bundle);
  });
}

function displayThrough(show: (bundle: Readonly<Record<string, string | Uint8Array>>) => void): Display {
  const shown =
    (type: string) =>
    (value: string | Uint8Array): void => {
      show({ [type]: value });
    };
  return {
    javascript: shown("text/javascript"),
    html: shown("text/html"),
    markdown: shown("text/markdown"),
    latex: shown("text/latex"),
    svg: shown("image/svg+xml"),
    png: shown("image/png"),
    jpeg: shown("image/jpeg"),
    gif: shown("image/gif"),
    pdf: shown("application/pdf"),
    text: shown("text/plain"),
    raw: (contentType, value) => {
      show({ [contentType]: value });
    },
  };
}
