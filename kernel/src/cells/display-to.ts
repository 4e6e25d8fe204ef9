/** `display`: shows values while a cell runs, and shows them anew in the same place. */

import { randomUUID } from "node:crypto";

import { clearOutput } from "../messages/clear-output.ts";
import { displayData } from "../messages/display-data.ts";
import { updateDisplayData } from "../messages/update-display-data.ts";
import { currentCell } from "./context.ts";
import { displayKey, mimeBundle } from "./display.ts";
import type { MimeBundle } from "./mime-bundle.ts";
import type { Display, DisplayFormats, DisplayHandle } from "./globals.ts";
import type { Outbox } from "./outbox.ts";

/** A value as a bundle. */
type Format = (value: unknown) => MimeBundle | Promise<MimeBundle>;

/** MIME type of each format that has a method of its own. */
const mimeTypes: Readonly<Record<Exclude<keyof DisplayFormats, "bundle">, string>> = {
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  text: "text/plain",
  javascript: "application/javascript",
  json: "application/json",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
};

/** The `display` of a kernel. */
export function displayTo(outbox: Outbox): Display {
  const shown =
    (format: Format) =>
    (value: unknown): DisplayHandle =>
      show(outbox, { value, format });
  const methods = Object.entries(mimeTypes).map(([name, type]) => [
    name,
    shown((value) => selfShown({ [type]: value })),
  ]);
  const formats = Object.fromEntries(methods) as Omit<DisplayFormats, "bundle">; // the keys of mimeTypes
  return Object.assign(shown(mimeBundle), formats, {
    bundle: shown((value) => selfShown(value as MimeBundle)), // declared so
    clear: ({ wait = false }: { readonly wait?: boolean } = {}): void => {
      outbox.publish(clearOutput(wait));
    },
  });
}

/** Bundles that are given go the same way as those that values give. */
function selfShown(bundle: MimeBundle): MimeBundle | Promise<MimeBundle> {
  return mimeBundle({ [displayKey]: () => bundle });
}

function show(outbox: Outbox, { value, format }: { readonly value: unknown; readonly format: Format }): DisplayHandle {
  const id = randomUUID();
  const send = (message: typeof displayData, next: unknown): void => {
    const cell = currentCell();
    const publish = (data: MimeBundle): void => {
      outbox.publish(message(data, id), cell);
    };
    const bundle = format(next);
    if (bundle instanceof Promise) void bundle.then(publish);
    else publish(bundle);
  };
  send(displayData, value);
  const handle = {
    update: (next: unknown): void => {
      send(updateDisplayData, next);
    },
    [displayKey]: (): MimeBundle => ({}), // as a cell's last expression it has nothing to add
  };
  return handle;
}
