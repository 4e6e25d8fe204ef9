/** `OrtStatus*` to exceptions. */

import { type Api } from "./library.ts";

/** `OrtErrorCode` of onnxruntime_c_api.h. */
const codes = [
  "ok",
  "fail",
  "invalid argument",
  "no such file",
  "no model",
  "engine error",
  "runtime exception",
  "invalid protobuf",
  "model loaded",
  "not implemented",
  "invalid graph",
  "execution provider failed",
  "model load cancelled",
  "model requires compilation",
  "not found",
  "device reset",
] as const;

/** Kind of a failure that ONNX Runtime reports. */
export type OrtCode = (typeof codes)[number];

/** A failure that ONNX Runtime reports; the message is its own. */
export class OrtError extends Error {
  override readonly name = "OrtError";
  readonly code: OrtCode;

  constructor(code: OrtCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Reads and releases a status.
 *
 * @throws OrtError where it is one of failure.
 */
export function checkStatus(api: Api, status: bigint | null): void {
  if (status === null) return;
  const code = codes[api.GetErrorCode(status)] ?? "fail";
  const message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw new OrtError(code, message);
}
