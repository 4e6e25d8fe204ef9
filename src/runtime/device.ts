/** Devices: which one a session runs on, and why. */

import { DeviceError } from "../base/errors.ts";

/** What may be asked for. */
export type DeviceRequest = "auto" | "cpu" | "cuda" | "webgpu";

/** What was chosen. */
export interface DeviceChoice {
  /** Name for provenance: "cpu". */
  readonly device: "cpu";
  /** One sentence for a person. */
  readonly why: string;
}

/**
 * Chooses a device.
 *
 * @throws DeviceError where one is asked for by name that is not there or not offered; it says what to do.
 * @throws TypeError where there is no such device.
 */
export function chooseDevice(request: DeviceRequest): DeviceChoice {
  switch (request) {
    case "auto":
      return { device: "cpu", why: "the CPU, because no other device is offered yet" };
    case "cpu":
      return { device: "cpu", why: "the CPU, as asked" };
    case "cuda":
      throw new DeviceError('Cannot use the device "cuda": not offered yet; use "cpu" or "auto"');
    case "webgpu":
      throw new DeviceError('Cannot use the device "webgpu": not offered yet; use "cpu" or "auto"');
    default:
      throw new TypeError(
        `Cannot choose a device: expected "auto", "cpu", "cuda" or "webgpu", got "${String(request satisfies never)}"`,
      );
  }
}
