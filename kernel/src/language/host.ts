/** What the TypeScript language service reads: cells from memory, everything else from disk. */

import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";

import type ts from "typescript";

import type { LanguageData } from "./answers.ts";
import { fallbackFolders } from "../threads/fallback.ts";
import { standInFor } from "../threads/stand-ins.ts";
import { library } from "./library.ts";
import { packageText } from "./package-scope.ts";
import { cellOfSpecifier, cellSpecifier, type NotebookScope } from "./scope.ts";
import { typescript } from "./typescript.ts";

/** The host of a notebook. */
export interface NotebookHost extends ts.LanguageServiceHost {
  /** Makes `text` the cell that is checked next; returns its path, always the same, so that little is checked anew. */
  readonly open: (text: string) => string;
  /** Has a file on disk checked as well. */
  readonly openFile: (path: string) => void;
  /** True where the types of a package came from the fallback root. */
  readonly isFallback: (specifier: string) => boolean;
  /** Read by the language service for its own look-ups of package.json, though not declared in its host. */
  readonly getModuleResolutionCache: () => ts.ModuleResolutionCache;
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
  const current = { path: join(folder, "__cell__.mts"), text: "", version: 0 };
  const openedFiles = new Set<string>();
  const fallbackPackages = new Set<string>();
  const cellPath = (cell: number): string => join(folder, cellSpecifier(cell).replace(/\.mjs$/, ".mts"));
  const virtualText = (path: string): string | undefined => {
    if (path === current.path) return current.text;
    const match = /__cell_(\d+)(\.d\.mts|\.mts)$/.exec(path);
    const declarations = match === null ? undefined : scope.declarationsOf(Number(match[1]));
    return declarations !== undefined && declarations.extension === match?.[2] ? declarations.text : packageText(path);
  };
  const { ScriptKind } = typescript;
  const isCell = (path: string): boolean => /__cell_(_|\d+)\.mts$/.test(path);
  const { text: libraryText } = library(options.lib ?? []);
  const files = {
    fileExists: (path: string): boolean => virtualText(path) !== undefined || typescript.sys.fileExists(path),
    readFile: (path: string): string | undefined =>
      virtualText(path) ?? libraryText(path) ?? typescript.sys.readFile(path),
    directoryExists: (path: string): boolean => typescript.sys.directoryExists(path),
    getDirectories: (path: string): string[] => typescript.sys.getDirectories(path),
    getCurrentDirectory: (): string => folder,
    realpath: (path: string): string => typescript.sys.realpath?.(path) ?? path,
  };
  const fallbackFiles = fallbackFolders(fallback).map((root) => join(root, "__fallback__.mts"));

  const cache = typescript.createModuleResolutionCache(folder, (path) => path, options);
  const typeCache = typescript.createTypeReferenceDirectiveResolutionCache(
    folder,
    (path) => path,
    options,
    cache.getPackageJsonInfoCache(),
  );

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
    if (isBuiltin(name)) return undefined; // declared by Node's types
    const standIn = standInFor(name);
    if (standIn !== undefined) {
      return { resolvedFileName: standIn.types, extension: ".d.ts", isExternalLibraryImport: true };
    }
    const find = (containing: string): ts.ResolvedModuleFull | undefined =>
      typescript.resolveModuleName(name, containing, options, files, cache, undefined, mode).resolvedModule;
    const found = find(from);
    if (found !== undefined || from.includes("/node_modules/")) return found;
    for (const other of name.startsWith(".") ? [] : fallbackFiles) {
      const resolved = find(other);
      if (resolved === undefined) continue;
      fallbackPackages.add(name);
      return resolved;
    }
    if (dirname(from) === folder) cache.clear(); // it may be installed or written before the next cell
    return undefined;
  };

  const version = (path: string): string => {
    if (path === current.path) return String(current.version);
    if (virtualText(path) !== undefined || path.includes("/node_modules/")) return "1";
    return String(typescript.sys.getModifiedTime?.(path)?.getTime() ?? 1);
  };
  // Each program asks for every file: what has not changed is not read again.
  const snapshots = new Map<string, { readonly version: string; readonly snapshot: ts.IScriptSnapshot }>();
  const snapshot = (path: string): ts.IScriptSnapshot | undefined => {
    const now = version(path);
    const known = snapshots.get(path);
    if (known?.version === now) return known.snapshot;
    const text = files.readFile(path);
    if (text === undefined) return undefined;
    const fresh = typescript.ScriptSnapshot.fromString(text);
    if (virtualText(path) === undefined) snapshots.set(path, { version: now, snapshot: fresh });
    return fresh;
  };

  return {
    ...files,
    open: (text) => {
      Object.assign(current, { text, version: current.version + 1 });
      return current.path;
    },
    openFile: (path) => {
      openedFiles.add(path);
      current.version += 1;
    },
    isFallback: (specifier) => fallbackPackages.has(specifier),
    resolve: (specifier, from) => resolveName(specifier, from, typescript.ModuleKind.ESNext),
    getCompilationSettings: () => options,
    getScriptKind: (path) => (isCell(path) && options.jsx !== undefined ? ScriptKind.TSX : ScriptKind.Unknown),
    getDefaultLibFileName: typescript.getDefaultLibFilePath,
    getProjectVersion: () => String(current.version),
    getScriptFileNames: () => [globalsPath, current.path, ...openedFiles],
    getModuleResolutionCache: () => cache,
    getScriptVersion: version,
    getScriptSnapshot: snapshot,
    resolveModuleNameLiterals: (literals, from, _redirected, _options, file) =>
      literals.map((literal) => ({
        resolvedModule: resolveName(literal.text, from, typescript.getModeForUsageLocation(file, literal, options)),
      })),
    resolveTypeReferenceDirectiveReferences: (references, from) =>
      references.map((reference) => {
        const name = typeof reference === "string" ? reference : reference.fileName;
        for (const place of [from, ...fallbackFiles]) {
          const found = typescript.resolveTypeReferenceDirective(name, place, options, files, undefined, typeCache);
          if (found.resolvedTypeReferenceDirective !== undefined) return found;
        }
        return { resolvedTypeReferenceDirective: undefined };
      }),
  };
}
