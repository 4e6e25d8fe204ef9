/** Errors that nobody awaits: a rejection, a throwing callback. They are shown in their cell and end nothing. */

import { errorMessage } from "../messages/error.ts";
import { type CellContext, cellNumbered, currentCell } from "./context.ts";
import { placeInError } from "./error-place.ts";
import { errorContent } from "./errors.ts";
import type { Outbox } from "./outbox.ts";
import { isUnwound } from "./unwind.ts";

/** Shows unhandled errors as `error` outputs of the cells that caused them. */
export function reportLateErrors(outbox: Outbox): void {
  const report = (thrown: unknown): void => {
    if (isUnwound(thrown)) return;
    outbox.publish(errorMessage(errorContent(thrown)), causeOf(thrown));
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}

/** The cell whose lines the error names; otherwise the one whose callback this is. */
function causeOf(thrown: unknown): CellContext | undefined {
  const cell = thrown instanceof Error ? (placeInError(thrown)?.source.cell ?? undefined) : undefined;
  return (cell === undefined ? undefined : cellNumbered(cell)) ?? currentCell();
}
