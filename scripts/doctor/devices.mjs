// What models can run on: ONNX Runtime's library for this machine, and NVIDIA devices.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../setup/child.mjs";
import { cudaFolder } from "../cuda/packages.mjs";
import { root } from "../setup/paths.mjs";

const packageFolder = join(root, "node_modules", "onnxruntime-node");

/** The shared library that onnxruntime-node ships for this machine: { version, file }, file undefined where there is none. */
export function runtimeLibrary() {
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  const folder = libraryFolder();
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return { version, file: names.find((name) => /^libonnxruntime[.\d]*\.(so|dylib)/.test(name)) };
}

/** NVIDIA devices by name, and where `npm run cuda` put ONNX Runtime's provider; undefined where it did not. */
export async function cudaDevices() {
  const query = ["--query-gpu=name,memory.total", "--format=csv,noheader"];
  const { code, output } = await run("nvidia-smi", query, { log: "doctor-nvidia" });
  const devices = code === 0 ? output.trim().split("\n") : [];
  const provider = existsSync(join(packageFolder, "package.json")) ? cudaFolder() : "";
  return { devices, provider: existsSync(provider) ? provider : undefined };
}

function libraryFolder() {
  return join(packageFolder, "bin", "napi-v6", process.platform, process.arch);
}
