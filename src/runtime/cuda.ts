/** CUDA: its provider is loaded from a folder, and its failures are told in words. */

import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import { DeviceError } from "../base/errors.ts";
import { packageFolder } from "../base/package-folder.ts";
import { shippedLibraryPath, shippedVersion } from "./native/library.ts";
import { preloadCuda, stageCuda } from "./native/providers.ts";
import { loadFrom } from "./native/runtime.ts";

/** Where CUDA comes from. */
export interface CudaOptions {
  /**
   * Folder with `libonnxruntime_providers_shared.so` and `libonnxruntime_providers_cuda.so` of the same version; they are
   * in the Python wheel onnxruntime-gpu, under onnxruntime/capi. NVIDIA's libraries are taken from it too where it has
   * them, else from where the system's loader looks.
   */
  readonly folder: string;
  /** Which GPU. Default 0. */
  readonly device?: number;
}

/** What `npm run cuda` fetched for this version of ONNX Runtime; undefined where it did not. */
export function fetchedCuda(): CudaOptions | undefined {
  const folder = join(packageFolder, ".sightlab", "cuda", shippedVersion());
  return existsSync(folder) ? { folder } : undefined;
}

/**
 * Makes the provider of a folder known to ONNX Runtime; once a process, before anything else was loaded.
 *
 * @throws DeviceError where files are missing, or the library was loaded without them.
 */
export function prepareCuda({ folder }: CudaOptions): void {
  if (!loadFrom(() => stageCuda(shippedLibraryPath(), folder))) {
    throw new DeviceError(
      'Cannot use the device "cuda": a model was opened for the CPU before; restart the kernel and open the CUDA model first',
    );
  }
  preloadCuda(folder);
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
  if (missing === "libcuda.so.1") return "no NVIDIA driver was found (libcuda.so.1)";
  return missing === undefined
    ? `${basename(library)} cannot be loaded: ${reason}`
    : `${basename(library)} needs ${missing}, which the system's loader does not find`;
}
