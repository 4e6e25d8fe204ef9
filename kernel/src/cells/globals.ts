/** Names that every cell has without importing them. Cells are checked against this file: it imports nothing. */

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
