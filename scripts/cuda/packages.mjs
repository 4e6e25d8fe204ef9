// The Python wheels that hold the shared libraries of CUDA, and where those are put.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root, state } from "../setup/paths.mjs";

/** Where all that was fetched lies, a folder for each version of ONNX Runtime. */
export const cudaHome = join(state, "cuda");

/** The folder that the library looks into: src/runtime/cuda.ts. */
export function cudaFolder() {
  return join(cudaHome, runtimeVersion());
}

/**
 * Each wheel with its size, and the libraries that are taken from it. They are those that the provider is linked with: the
 * wheel onnxruntime-gpu asks for nvidia-cuda-runtime~=13.0 and nvidia-curand~=10.0, and for cuBLAS by way of cuDNN.
 */
export function cudaPackages() {
  const nvidia = "nvidia/cu13/lib";
  return [
    {
      requirement: `onnxruntime-gpu==${runtimeVersion()}`,
      megabytes: 247,
      folder: "onnxruntime/capi",
      files: ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"],
    },
    { requirement: "nvidia-cuda-runtime==13.5.37", megabytes: 3, folder: nvidia, files: ["libcudart.so.13"] },
    {
      requirement: "nvidia-cublas==13.10.0.20",
      megabytes: 444,
      folder: nvidia,
      files: ["libcublasLt.so.13", "libcublas.so.13"],
    },
    { requirement: "nvidia-curand==10.4.5.25", megabytes: 77, folder: nvidia, files: ["libcurand.so.10"] },
  ];
}

/** The version of ONNX Runtime that npm installed: the provider must be of the same. */
function runtimeVersion() {
  const manifest = join(root, "node_modules", "onnxruntime-node", "package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
