/** The names of a file that other code reads: a cell's top-level names, a file's exports. */

import type ts from "typescript";

import type { FileImports } from "./imports.ts";
import { defaultName } from "./rewrite.ts";
import { typescript } from "./typescript.ts";

/** Names of a file. */
export interface PublishedNames {
  /** JavaScript that reads each exported value. */
  readonly values: ReadonlyMap<string, string>;
  readonly types: readonly string[];
}

/** Collects the exports of `file`. */
export function publishedNames(
  file: ts.SourceFile,
  { checker, imports }: { readonly checker: ts.TypeChecker; readonly imports: FileImports },
): PublishedNames {
  const values = new Map<string, string>();
  const types: string[] = [];
  const module = checker.getSymbolAtLocation(file);
  for (const symbol of module === undefined ? [] : checker.getExportsOfModule(module)) {
    const expression = readingOf(symbol, { file, checker, imports });
    if (expression === null) types.push(symbol.name);
    else if (expression !== undefined) values.set(symbol.name, expression);
  }
  return { values, types };
}

/** How to read an exported name; null where it is only a type, undefined where a star export brings it. */
function readingOf(
  symbol: ts.Symbol,
  {
    file,
    checker,
    imports,
  }: { readonly file: ts.SourceFile; readonly checker: ts.TypeChecker; readonly imports: FileImports },
): string | null | undefined {
  const declaration = symbol.declarations?.find((node) => node.getSourceFile() === file);
  if (declaration === undefined) return undefined;
  if (typescript.isExportAssignment(declaration)) return defaultName;
  const local = typescript.isExportSpecifier(declaration)
    ? checker.getExportSpecifierLocalTargetSymbol(declaration)
    : symbol;
  const place = imports.names.get(symbol) ?? (local && imports.names.get(local));
  if (place !== undefined) return place[1] === null ? place[0] : `${place[0]}.${place[1]}`;
  if (local === undefined || !(local.flags & typescript.SymbolFlags.Value) || isAmbient(local)) return null;
  return local.name === "default" ? defaultExportName(declaration) : local.name;
}

function defaultExportName(declaration: ts.Declaration): string {
  return (typescript.getNameOfDeclaration(declaration) as ts.Identifier | undefined)?.text ?? defaultName; // of a function or class
}

function isAmbient({ valueDeclaration }: ts.Symbol): boolean {
  return (
    valueDeclaration !== undefined &&
    (typescript.getCombinedModifierFlags(valueDeclaration) & typescript.ModifierFlags.Ambient) !== 0
  );
}
