/** Names that every cell has without importing them. Cells are checked against this file: it imports nothing. */

/** Something shown that can be shown anew in the same place. */
export interface DisplayHandle {
  /** Shows another value in its place, in the same format. */
  readonly update: (value: unknown) => void;
}

/** Formats `display` has a method for. */
export interface DisplayFormats {
  readonly html: (markup: string) => DisplayHandle;
  readonly markdown: (text: string) => DisplayHandle;
  readonly latex: (text: string) => DisplayHandle;
  readonly svg: (markup: string) => DisplayHandle;
  readonly text: (text: string) => DisplayHandle;
  readonly javascript: (code: string) => DisplayHandle;
  readonly json: (value: unknown) => DisplayHandle;
  readonly png: (image: Uint8Array) => DisplayHandle;
  readonly jpeg: (image: Uint8Array) => DisplayHandle;
  readonly gif: (image: Uint8Array) => DisplayHandle;
  /** Several formats of one value by their MIME types; the front end shows the richest it can. */
  readonly bundle: (formats: Readonly<Record<string, unknown>>) => DisplayHandle;
}

/** Shows values in the output of the running cell. */
export interface Display extends DisplayFormats {
  (value: unknown): DisplayHandle;
  /** Removes what the cell has shown; with `wait` only when something new is shown, so that nothing flickers. */
  readonly clear: (options?: { readonly wait?: boolean }) => void;
}

/** What stands beside a bar. */
export interface ProgressOptions {
  readonly label?: string;
  /** What is counted: "files". */
  readonly unit?: string;
}

/** A bar that moves; `close` ends it and is safe to call twice. */
export interface ProgressBar {
  readonly advance: (by?: number) => void;
  readonly close: (state?: "done" | "stopped" | "failed") => void;
}

/** Shows how far a loop of one's own has come. */
export interface ProgressFunction {
  /** Opens a bar of `total` steps. */
  (total: number, options?: ProgressOptions): ProgressBar;
  /** Walks `items` while a bar follows. */
  <T>(items: Iterable<T>, options?: ProgressOptions): Generator<T, void, undefined>;
  <T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncGenerator<T, void, undefined>;
}

declare global {
  /** Shows values in the output of the running cell. */
  var display: Display;
  /** Asks the user for a line of text; an empty line stands for `initial`. */
  function prompt(message?: string, initial?: string): string;
  /** Asks the user yes or no. */
  function confirm(message?: string): boolean;
  /** Asks the user for a line of text that is not shown while it is typed. */
  function promptPassword(message?: string): string;
  /** Shows how far a loop has come: `for (const file of progress(files))`. */
  var progress: ProgressFunction;
  /** The result of the last cell that had one. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- its type changes from cell to cell
  var _: any;
}
