/** Compiler options that cells are checked and emitted with. */

import type ts from "typescript";

import { typescript } from "./typescript.ts";

const nodeMajor = Number(process.versions.node.split(".")[0]);

/** Standard library of the running Node: what it lacks is not offered. */
const lib = nodeMajor >= 22 ? ["lib.esnext.d.ts"] : ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"];

/** Options of cells in a folder without a tsconfig.json. */
export const cellOptions: ts.CompilerOptions = {
  target: typescript.ScriptTarget.ES2022,
  lib,
  module: typescript.ModuleKind.NodeNext,
  moduleResolution: typescript.ModuleResolutionKind.NodeNext,
  types: ["node"],
  strict: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  rewriteRelativeImportExtensions: true,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  skipLibCheck: true,
  preserveConstEnums: true,
  declaration: true,
  sourceMap: true,
  newLine: typescript.NewLineKind.LineFeed,
};
