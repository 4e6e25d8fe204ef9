/** Devices: which one a session runs on, and why. */

import { DeviceError } from "../base/errors.ts";

/** What may be asked for. */
export type DeviceRequest = "auto" | "cpu" | "cuda" | "webgpu";

/** What was chosen. */
export interface DeviceChoice {
  /** Name for provenance: "cpu", "cuda:0". */
  readonly device: string;
  /** Why, in words: "the CPU, as asked". */
  readonly why: string;
}

/** Which devices to try, in order; the first that works is taken. `why` explains it when it is. */
export interface Candidate {
  readonly kind: "cpu" | "cuda";
  readonly why: string;
}

/**
 * The devices to try for a request, and whether there is a provider of CUDA for it.
 *
 * @throws DeviceError where one is asked for by name that is not offered, or lacks what it needs; it says what to do.
 * @throws TypeError where there is no such device.
 */
export function candidates(request: DeviceRequest, hasCuda: boolean): readonly Candidate[] {
  switch (request) {
    case "auto":
      return hasCuda
        ? [
            { kind: "cuda", why: "CUDA, because its provider was given" },
            { kind: "cpu", why: "the CPU" },
          ]
        : [{ kind: "cpu", why: "the CPU, because no provider of another device was given" }];
    case "cpu":
      return [{ kind: "cpu", why: "the CPU, as asked" }];
    case "cuda":
      if (hasCuda) return [{ kind: "cuda", why: "CUDA, as asked" }];
      throw new DeviceError(
        'Cannot use the device "cuda": expected ONNX Runtime\'s provider of CUDA, which `npm run cuda` fetches, or its folder as `cuda: { folder }`',
      );
    case "webgpu":
      throw new DeviceError('Cannot use the device "webgpu": not offered yet; use "cpu" or "auto"');
    default:
      throw new TypeError(
        `Cannot choose a device: expected "auto", "cpu", "cuda" or "webgpu", got "${String(request satisfies never)}"`,
      );
  }
}
