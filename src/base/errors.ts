/**
 * Error classes of the library. TypeError, RangeError and SyntaxError are used for wrong kinds, values out of range
 * and unreadable text; the classes here exist where a caller catches them.
 *
 * Messages read `Cannot <act> <what> at "<node or file:row>": expected <wanted>, got <found>`.
 */

/** A checkpoint, weight file or graph that cannot be read as what it claims to be. */
export class ModelFormatError extends SyntaxError {
  override readonly name = "ModelFormatError";
}

/** A data file with a row that does not have the expected form; the message names file, row and field. */
export class DataFormatError extends SyntaxError {
  override readonly name = "DataFormatError";
}

/** Work that was stopped through an AbortSignal. `reason` is what the signal carried. */
export class CancelledError extends Error {
  override readonly name = "AbortError";
  readonly reason: unknown;

  constructor(what: string, reason?: unknown) {
    super(`Stopped ${what}`);
    this.reason = reason;
  }
}

/** A device, library or driver that is not there or refuses to work; the message says what to do. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
}
