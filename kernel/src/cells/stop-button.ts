/** A progress bar with a button that stops its cell: widgets, for front ends that have them. */

import { makeControl } from "../widgets/control.ts";
import { type Displayable, displayKey } from "./display.ts";
import type { MimeBundle } from "./mime-bundle.ts";

/** A bar with its button, as long as it runs. */
export interface StoppableBar {
  /** The view of it. */
  readonly bundle: MimeBundle;
  /** Shows the bar as it now is. */
  readonly move: (html: string) => void;
  readonly close: () => void;
}

/** Opens a bar that shows `html`; `listen` is given the id of the button, which the wire thread watches. */
export function openStoppableBar(html: string, listen: (button: string) => void): StoppableBar {
  const bar = makeControl("HTML", { value: html });
  const button = makeControl("Button", {
    description: "Stop",
    icon: "stop",
    tooltip: "Stop this cell",
    layout: { width: "auto" },
  });
  const box = makeControl("HBox", { children: [bar, button], layout: { align_items: "center" } });
  listen(button.modelId);
  return {
    bundle: (box as unknown as Displayable)[displayKey]() as MimeBundle, // every widget shows itself, at once
    move: (next) => {
      bar.value = next;
    },
    close: () => {
      for (const part of [box, box.layout, button, button.layout, button.style, bar, bar.layout, bar.style]) {
        part.close();
      }
    },
  };
}
