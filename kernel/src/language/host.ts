/** What the TypeScript language service reads: cells from memory, everything else from disk. */

import { dirname, join } from "node:path";

import ts from "typescript";

import type { LanguageData } from "./answers.ts";
import { packageScope } from "./package-scope.ts";
import { cellOfSpecifier, cellSpecifier, type NotebookScope } from "./scope.ts";

/** The host of a notebook. */
export interface NotebookHost extends ts.LanguageServiceHost {
  /** Absolute path of a cell's virtual source file. */
  readonly cellPath: (cell: number) => string;
  /** Makes `text` the file that is checked next, under the path of `cell`. */
  readonly open: (cell: number, text: string) => string;
  /** Makes a file on disk the one that is checked next. */
  readonly openFile: (path: string) => void;
  /** True where the types of a package came from the fallback root. */
  readonly isFallback: (specifier: string) => boolean;
  /** Where a specifier of a user's file leads, if to a file on disk. */
  readonly resolve: (specifier: string, from: string) => ts.ResolvedModuleFull | undefined;
}

/** Declarations of the names that every cell has: `display` and the like. */
const globalsPath = join(import.meta.dirname, "..", "cells", "globals.d.ts");

/** Makes the host of the notebook in `folder`. */
export function notebookHost(
  options: ts.CompilerOptions,
  data: LanguageData & { readonly scope: NotebookScope },
): NotebookHost {
  const { folder, fallback, scope } = data;
  const current = { path: "", text: "", version: 0 };
  const fallbackPackages = new Set<string>();
  const cellPath = (cell: number): string => join(folder, cellSpecifier(cell).replace(/\.mjs$/, ".mts"));
  const scopePackage = packageScope(folder);
  const virtualText = (path: string): string | undefined => {
    if (path === scopePackage.path) return scopePackage.text;
    if (path === current.path) return current.text === "" ? undefined : current.text;
    const match = /__cell_(\d+)(\.d\.mts|\.mts)$/.exec(path);
    const declarations = match === null ? undefined : scope.declarationsOf(Number(match[1]));
    return declarations?.extension === match?.[2] ? declarations?.text : undefined;
  };
  const files = {
    fileExists: (path: string): boolean => virtualText(path) !== undefined || ts.sys.fileExists(path),
    readFile: (path: string): string | undefined => virtualText(path) ?? ts.sys.readFile(path),
    directoryExists: (path: string): boolean => ts.sys.directoryExists(path),
    getDirectories: (path: string): string[] => ts.sys.getDirectories(path),
    getCurrentDirectory: (): string => folder,
    realpath: (path: string): string => ts.sys.realpath?.(path) ?? path,
  };
  const fallbackFile = fallback === null ? undefined : join(fallback, "__fallback__.mts");
  const kernelFile = join(import.meta.dirname, "__kernel__.mts");

  const resolveName = (name: string, from: string, mode: ts.ResolutionMode): ts.ResolvedModuleFull | undefined => {
    const cell = cellOfSpecifier(name);
    if (cell !== undefined) {
      const extension = scope.declarationsOf(cell)?.extension ?? ".mts";
      return {
        resolvedFileName: cellPath(cell).replace(/\.mts$/, extension),
        extension,
        isExternalLibraryImport: false,
      };
    }
    const find = (containing: string): ts.ResolvedModuleFull | undefined =>
      ts.resolveModuleName(name, containing, options, files, undefined, undefined, mode).resolvedModule;
    const found = find(from);
    if (found !== undefined || fallbackFile === undefined || name.startsWith(".") || dirname(from) !== folder) {
      return found;
    }
    const other = find(fallbackFile);
    if (other !== undefined) fallbackPackages.add(name);
    return other;
  };

  return {
    ...files,
    cellPath,
    open: (cell, text) => {
      Object.assign(current, { path: cellPath(cell), text, version: current.version + 1 });
      return current.path;
    },
    openFile: (path) => {
      Object.assign(current, { path, text: "", version: current.version + 1 });
    },
    isFallback: (specifier) => fallbackPackages.has(specifier),
    resolve: (specifier, from) => resolveName(specifier, from, ts.ModuleKind.ESNext),
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getProjectVersion: () => String(current.version),
    getScriptFileNames: () => [globalsPath, current.path],
    getScriptVersion: (path) => {
      if (path === current.path) return String(current.version);
      if (virtualText(path) !== undefined || path.includes("/node_modules/")) return "1";
      return String(ts.sys.getModifiedTime?.(path)?.getTime() ?? 1);
    },
    getScriptSnapshot: (path) => {
      const text = files.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    resolveModuleNameLiterals: (literals, from, _redirected, _options, file) =>
      literals.map((literal) => ({
        resolvedModule: resolveName(literal.text, from, ts.getModeForUsageLocation(file, literal, options)),
      })),
    resolveTypeReferenceDirectiveReferences: (references, from) =>
      references.map((reference) => {
        const name = typeof reference === "string" ? reference : reference.fileName;
        const places = [from, fallbackFile, kernelFile].filter((place) => place !== undefined);
        for (const place of places) {
          const found = ts.resolveTypeReferenceDirective(name, place, options, files);
          if (found.resolvedTypeReferenceDirective !== undefined) return found;
        }
        return { resolvedTypeReferenceDirective: undefined };
      }),
  };
}
