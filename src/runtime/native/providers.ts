/**
 * Execution providers beside the library.
 *
 * ONNX Runtime looks for a provider in the folder that its own library was loaded from. Providers that lie elsewhere are
 * therefore staged: links to the library and to them, in a folder of the process's own, which the library is loaded from.
 */

import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

import { DeviceError } from "../../base/errors.ts";
import { type Api, loadForever } from "./library.ts";
import { addressOf, nameTable, newSlot, pointerTable } from "./memory.ts";
import { keepAlive } from "./runtime.ts";
import { checkStatus } from "./status.ts";

const cudaFiles = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"] as const;

/**
 * Links `library` and the CUDA provider of `folder` into a new folder; gives the library's path in it.
 *
 * @throws DeviceError where the folder lacks a file of the provider.
 */
export function stageCuda(library: string, folder: string): string {
  const files = cudaFiles.map((name) => join(resolve(folder), name));
  const missing = files.find((path) => !existsSync(path));
  if (missing !== undefined) {
    throw new DeviceError(
      `Cannot use the device "cuda": expected ONNX Runtime's CUDA provider at "${missing}", got no such file; it comes with the Python wheel onnxruntime-gpu of the same version`,
    );
  }
  const stage = mkdtempSync(join(tmpdir(), "sightlab-"));
  process.once("exit", () => {
    rmSync(stage, { recursive: true, force: true });
  });
  for (const path of [library, ...files]) symlinkSync(path, join(stage, basename(path)));
  return join(stage, basename(library));
}

/** NVIDIA's libraries that the provider is linked with, each after those that it is linked with itself. */
const nvidiaFiles = ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10"] as const;

/** Loads NVIDIA's libraries that a folder has: the loader then takes these for the provider, wherever it would look. */
export function preloadCuda(folder: string): void {
  for (const name of nvidiaFiles) {
    const path = join(resolve(folder), name);
    if (existsSync(path)) loadForever(path);
  }
}

/** Adds the CUDA provider to session options; f32 is computed in f32, not in TF32, which has 10 bits of mantissa. */
export function appendCuda(api: Api, session: bigint, deviceId: number): void {
  const out = newSlot();
  checkStatus(api, api.CreateCUDAProviderOptions(out.address));
  const options = out.pointer();
  const settings = { use_tf32: "0", device_id: String(deviceId) };
  const [keys, values] = [nameTable(Object.keys(settings)), nameTable(Object.values(settings))];
  const [keyTable, valueTable] = [pointerTable(keys.addresses), pointerTable(values.addresses)];
  try {
    checkStatus(
      api,
      api.UpdateCUDAProviderOptions(options, addressOf(keyTable), addressOf(valueTable), Object.keys(settings).length),
    );
    checkStatus(api, api.SessionOptionsAppendExecutionProvider_CUDA_V2(session, options));
  } finally {
    api.ReleaseCUDAProviderOptions(options);
    keepAlive(keys, values, keyTable, valueTable);
  }
}
