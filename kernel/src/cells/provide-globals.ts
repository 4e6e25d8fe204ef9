/** Puts in place the names that every cell has. */

import { randomUUID } from "node:crypto";

import { currentCell } from "./context.ts";
import { displayKey, type MimeBundle, mimeBundle } from "./display.ts";
import type { Display } from "./globals.ts";
import type { CellMessage, Outbox } from "./outbox.ts";

/** Makes the names of globals.ts, for one kernel. */
export function provideGlobals(outbox: Outbox): void {
  globalThis.display = displayTo(outbox);
  globalThis._ = undefined;
}

function displayTo(outbox: Outbox): Display {
  const show = (type: CellMessage["type"], { value, id }: { readonly value: unknown; readonly id: string }): void => {
    const cell = currentCell();
    const publish = (data: MimeBundle): void => {
      outbox.publish({ type, content: { data, metadata: {}, transient: { display_id: id } } }, cell);
    };
    const bundle = mimeBundle(value);
    if (bundle instanceof Promise) void bundle.then(publish);
    else publish(bundle);
  };
  return (value) => {
    const id = randomUUID();
    show("display_data", { value, id });
    const handle = {
      update: (next: unknown): void => {
        show("update_display_data", { value: next, id });
      },
      [displayKey]: (): MimeBundle => ({}), // as a cell's last expression it has nothing to add
    };
    return handle;
  };
}
