/** CUDA: its provider is loaded from a folder, and its failures are told in words. */

import { basename } from "node:path";

import { DeviceError } from "../base/errors.ts";
import { shippedLibraryPath } from "./native/library.ts";
import { stageCuda } from "./native/providers.ts";
import { loadFrom } from "./native/runtime.ts";

/** Where CUDA comes from. */
export interface CudaOptions {
  /**
   * Folder with `libonnxruntime_providers_shared.so` and `libonnxruntime_providers_cuda.so` of the same version; they are
   * in the Python wheel onnxruntime-gpu, under onnxruntime/capi.
   */
  readonly folder: string;
  /** Which GPU. Default 0. */
  readonly device?: number;
}

/**
 * Makes the provider of a folder known to ONNX Runtime; once a process, before anything else was loaded.
 *
 * @throws DeviceError where files are missing, or the library was loaded without them.
 */
export function prepareCuda({ folder }: CudaOptions): void {
  if (loadFrom(() => stageCuda(shippedLibraryPath(), folder))) return;
  throw new DeviceError(
    'Cannot use the device "cuda": a model was opened for the CPU before; restart the kernel and open the CUDA model first',
  );
}

/** A failure of CUDA in words. */
export function cudaFailure(error: Error): DeviceError {
  return new DeviceError(`Cannot use the device "cuda": ${words(error.message)}`, { cause: error });
}

function words(message: string): string {
  if (/CUDA failure 100\b|no CUDA-capable device/.test(message)) return "no NVIDIA GPU was found";
  if (/CUDA failure 35\b|driver version is insufficient/.test(message)) return "the NVIDIA driver is too old for it";
  if (/CUDA failure 2\b|out of memory/i.test(message)) return "the GPU has too little free memory";
  const [, library, reason] = /Failed to load library (\S+) with error: (.+)/.exec(message) ?? [];
  if (library === undefined || reason === undefined) return message;
  const missing = /^(\S+): cannot open shared object file/.exec(reason)?.[1];
  return missing === undefined
    ? `${basename(library)} cannot be loaded: ${reason}`
    : `${basename(library)} needs ${missing}, which the system's loader does not find`;
}
