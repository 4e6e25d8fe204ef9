/** Names that every cell has without importing them. */

import { randomUUID } from "node:crypto";

import { currentCell } from "./context.ts";
import { displayKey, type MimeBundle, mimeBundle } from "./display.ts";
import type { CellMessage, Outbox } from "./outbox.ts";

/** Something shown that can be shown anew in the same place. */
export interface DisplayHandle {
  readonly update: (value: unknown) => void;
}

/** Shows a value in the output of the running cell. */
export type Display = (value: unknown) => DisplayHandle;

declare global {
  /** Shows a value in the output of the running cell. */
  var display: Display;
  /** The result of the last cell that had one. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- its type changes from cell to cell
  var _: any;
}

/** Puts the names in place. */
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
