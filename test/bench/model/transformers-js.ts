/** The peer transformers.js and the ONNX files it reads, both made on demand and kept in .sightlab. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { peerPython } from "./peers.ts";

const version = "4.3.1";
const builder = ["onnxruntime-genai==0.18.0", "onnx-ir==1.1.0", "onnx==1.23.2"] as const;

/** A folder whose node_modules has transformers.js. */
export function transformersJs(): string {
  const folder = fileURLToPath(new URL("../../../.sightlab/peers/transformers-js", import.meta.url));
  if (existsSync(join(folder, "complete"))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  console.log(`  installing @huggingface/transformers ${version} into .sightlab/peers/transformers-js ...`);
  execFileSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", `@huggingface/transformers@${version}`],
    {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  writeFileSync(join(folder, "complete"), "");
  return folder;
}

/** The checkpoint as ONNX Runtime's own model builder exports it in f32: fused attention over a cache, as published models have. */
export function exportedCheckpoint(folder: string): string {
  const target = `${folder}-onnx`;
  if (existsSync(join(target, "onnx", "model.onnx"))) return target;
  const python = peerPython();
  console.log("  exporting the checkpoint by onnxruntime_genai.models.builder ...");
  execFileSync(python, ["-m", "pip", "install", "--quiet", ...builder], { stdio: "inherit" });
  const script = fileURLToPath(new URL("export_onnx.py", import.meta.url));
  execFileSync(python, [script, folder, target], { stdio: ["ignore", "ignore", "inherit"] });
  return target;
}
