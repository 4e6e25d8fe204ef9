/**
 * Keeps ONNX Runtime to itself. On Linux and macOS it starts to report to its maker as its environment is made, and leaves
 * a log and a session file in the system's temporary folder, unless this variable is set (libonnxruntime 1.30,
 * onnxruntime/core/platform/posix/telemetry.cc); `DisableTelemetryEvents` comes after that.
 */

import koffi from "koffi";

const systems: readonly NodeJS.Platform[] = ["linux", "darwin"];

/** Sets the variable for this process, unless somebody has; through the C library, since a worker's `process.env` is a copy. */
export function forbidTelemetry(): void {
  if (!systems.includes(process.platform)) return;
  koffi.load(null).func("setenv", "int", ["str", "str", "int"])("ORT_DISABLE_TELEMETRY", "1", 0);
}
