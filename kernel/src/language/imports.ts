/** The modules a file imports, and which of its names are theirs. */

import type ts from "typescript";

import type { ModuleImport } from "./answers.ts";
import type { NotebookHost } from "./host.ts";
import { typescript } from "./typescript.ts";

/** Imports of one file. Module number k is the parameter `$$m<k>` of the emitted function. */
export interface FileImports {
  readonly modules: readonly ModuleImport[];
  /** What each imported name stands for, as JavaScript: `$$m0.join`. */
  readonly names: ReadonlyMap<ts.Symbol, readonly [module: string, name: string | null]>;
  /** Numbers of modules that are exported whole: `export * from`. */
  readonly stars: readonly number[];
}

interface OpenImport extends ModuleImport {
  readonly names: string[];
}

/** Collects the imports of `file` that exist at run time; statements before `start` are a cell's header. */
export function fileImports(
  file: ts.SourceFile,
  { checker, host, start }: { readonly checker: ts.TypeChecker; readonly host: NotebookHost; readonly start: number },
): FileImports {
  const modules: OpenImport[] = [];
  const names = new Map<ts.Symbol, readonly [string, string | null]>();
  const stars: number[] = [];
  const add = (specifier: string): number => modules.push(openImport(specifier, { from: file.fileName, host })) - 1;

  for (const statement of file.statements) {
    if (statement.getStart(file) < start) continue;
    const specifier = specifierOf(statement);
    if (specifier === undefined) continue;
    if (typescript.isExportDeclaration(statement) && statement.exportClause === undefined) stars.push(add(specifier));
    const bindings = bindingsOf(statement).filter(({ local }) => isValue(local, checker));
    if (bindings.length === 0 && !isBare(statement)) continue;
    const module = add(specifier);
    for (const { local, imported } of bindings) {
      const symbol = checker.getSymbolAtLocation(local);
      if (symbol !== undefined) names.set(symbol, [`$$m${String(module)}`, imported]);
      if (imported !== null && imported !== "default") modules[module]?.names.push(imported);
    }
  }
  return { modules, names, stars };
}

/** An import of `specifier` by the file `from`, before any of its names. */
export function openImport(
  specifier: string,
  { from, host }: { readonly from: string; readonly host: NotebookHost },
): OpenImport {
  const path = host.resolve(specifier, from)?.resolvedFileName;
  const localFile = path !== undefined && isOwnTypeScript(path) ? path : null;
  return { specifier, names: [], origin: host.isFallback(specifier) ? "fallback" : "folder", localFile };
}

const isOwnTypeScript = (path: string): boolean =>
  /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && !path.includes("/node_modules/");

function specifierOf(statement: ts.Statement): string | undefined {
  if (typescript.isImportDeclaration(statement) || typescript.isExportDeclaration(statement)) {
    const { moduleSpecifier } = statement;
    return moduleSpecifier !== undefined && typescript.isStringLiteral(moduleSpecifier) && !isTypeOnly(statement)
      ? moduleSpecifier.text
      : undefined;
  }
  if (
    typescript.isImportEqualsDeclaration(statement) &&
    typescript.isExternalModuleReference(statement.moduleReference)
  ) {
    const { expression } = statement.moduleReference;
    return typescript.isStringLiteral(expression) && !statement.isTypeOnly ? expression.text : undefined;
  }
  return undefined;
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (typescript.isExportDeclaration(statement)) return statement.isTypeOnly;
  return statement.importClause?.phaseModifier === typescript.SyntaxKind.TypeKeyword;
}

/** `import "module"`: loaded for what it does. */
const isBare = (statement: ts.Statement): boolean =>
  typescript.isImportDeclaration(statement) && statement.importClause === undefined;

interface Binding {
  readonly local: ts.ModuleExportName;
  /** The module's name for it; null where it stands for the whole module. */
  readonly imported: string | null;
}

function bindingsOf(statement: ts.Statement): Binding[] {
  if (typescript.isImportEqualsDeclaration(statement)) return [{ local: statement.name, imported: "default" }];
  if (typescript.isExportDeclaration(statement)) return exportBindings(statement.exportClause);
  if (!typescript.isImportDeclaration(statement) || statement.importClause === undefined) return [];
  const { name, namedBindings } = statement.importClause;
  const own: Binding[] = name === undefined ? [] : [{ local: name, imported: "default" }];
  if (namedBindings === undefined) return own;
  if (typescript.isNamespaceImport(namedBindings)) return [...own, { local: namedBindings.name, imported: null }];
  return [...own, ...specifierBindings(namedBindings.elements)];
}

function exportBindings(clause: ts.NamedExportBindings | undefined): Binding[] {
  if (clause === undefined) return [];
  if (typescript.isNamespaceExport(clause)) return [{ local: clause.name, imported: null }];
  return specifierBindings(clause.elements);
}

function specifierBindings(elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): Binding[] {
  return elements
    .filter((element) => !element.isTypeOnly)
    .map((element) => ({ local: element.name, imported: (element.propertyName ?? element.name).text }));
}

function isValue(name: ts.ModuleExportName, checker: ts.TypeChecker): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return true;
  const target = symbol.flags & typescript.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target.flags & typescript.SymbolFlags.Value) !== 0;
}
