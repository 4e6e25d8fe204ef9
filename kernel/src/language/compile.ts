/** Checks a cell, or a TypeScript file of the user's, and makes JavaScript of it. */

import type ts from "typescript";

import type { CellSource, CompiledCell, CompiledCode, RejectedCell } from "./answers.ts";
import { type CellText, cellText } from "./cell-text.ts";
import { awaitsAtTopLevel, functionText } from "./function-text.ts";
import { fileImports } from "./imports.ts";
import type { Notebook } from "./notebook.ts";
import { isUnchecked, problemsOf } from "./problems.ts";
import { publishedNames } from "./published.ts";
import { removeEmptyExport, rewrite } from "./rewrite.ts";
import { typescript } from "./typescript.ts";

/** Compiles one cell against the cells that ran. */
export function compileCell({ code }: CellSource, { service, host, scope }: Notebook): CompiledCell | RejectedCell {
  const source = cellText(code, { scope });
  const path = host.open(source.text);
  const { program, file } = programOf(service, path);
  const diagnostics = [
    ...program.getSyntacticDiagnostics(file),
    ...(isUnchecked(code) ? [] : program.getSemanticDiagnostics(file)),
  ];
  const problems = problemsOf(diagnostics, source);
  if (problems.length > 0) return { kind: "rejected", problems };

  const checker = program.getTypeChecker();
  const imports = fileImports(file, { checker, host, start: source.start });
  const foreign = new Map([...borrowedSymbols(file, { checker, source }), ...imports.names]);
  const { values, types } = publishedNames(file, { checker, imports });
  const range = { start: source.start, end: source.end, isCell: true };
  const emitted = emit(program, { file, transform: rewrite({ ...range, checker, foreign }) });
  const scopes = [...new Set(source.borrowed.values())];
  const isDeclared = program.getDeclarationDiagnostics(file).length === 0;
  const variables = [...source.declared].flatMap(([name, kind]) => (kind === "variable" ? [name] : []));
  return {
    kind: "compiled",
    code: functionText(emitted.code, { values, imports, scopes, isAsync: awaitsAtTopLevel(file) }),
    map: emitted.map,
    modules: imports.modules,
    values: [...values.keys()],
    types,
    scopes,
    declarations: isDeclared
      ? { extension: ".d.mts", text: emitted.declarations, variables }
      : { extension: ".mts", text: source.text, variables },
  };
}

/** Compiles a TypeScript file that a cell imports; `values` are its exports. */
export function compileFile(path: string, { service, host }: Notebook): CompiledCode | RejectedCell {
  host.openFile(path);
  const { program, file } = programOf(service, path);
  const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  const range = { text: file.text, start: 0, end: file.text.length };
  const problems = problemsOf(diagnostics, range);
  if (problems.length > 0) return { kind: "rejected", problems };
  const checker = program.getTypeChecker();
  const imports = fileImports(file, { checker, host, start: 0 });
  const { values } = publishedNames(file, { checker, imports });
  const emitted = emit(program, {
    file,
    transform: rewrite({ ...range, checker, foreign: imports.names, isCell: false }),
  });
  return {
    code: functionText(emitted.code, { values, imports, scopes: [], isAsync: awaitsAtTopLevel(file) }),
    map: emitted.map,
    modules: imports.modules,
    values: [...values.keys()],
  };
}

function programOf(service: ts.LanguageService, path: string): { program: ts.Program; file: ts.SourceFile } {
  const program = service.getProgram();
  const file = program?.getSourceFile(path);
  if (program === undefined || file === undefined) {
    throw new Error(`Cannot compile "${path}": expected a readable file`);
  }
  return { program, file };
}

/** The header's declarations, each with the scope and property it stands for. */
function borrowedSymbols(
  file: ts.SourceFile,
  { checker, source }: { readonly checker: ts.TypeChecker; readonly source: CellText },
): Map<ts.Symbol, readonly [string, string]> {
  const symbols = new Map<ts.Symbol, readonly [string, string]>();
  for (const statement of file.statements) {
    if (statement.getStart(file) >= source.start) break;
    const visit = (node: ts.Node): void => {
      if (typescript.isImportSpecifier(node) || typescript.isVariableDeclaration(node)) {
        const symbol = checker.getSymbolAtLocation(node.name);
        const cell = symbol && source.borrowed.get(symbol.name);
        if (symbol !== undefined && cell !== undefined) symbols.set(symbol, [`$$s${String(cell)}`, symbol.name]);
      } else typescript.forEachChild(node, visit);
    };
    visit(statement);
  }
  return symbols;
}

interface Emitted {
  readonly code: string;
  readonly map: string;
  readonly declarations: string;
}

function emit(
  program: ts.Program,
  { file, transform }: { readonly file: ts.SourceFile; readonly transform: ts.TransformerFactory<ts.SourceFile> },
): Emitted {
  const emitted = { code: "", map: "", declarations: "" };
  const write: ts.WriteFileCallback = (path, text) => {
    if (path.endsWith(".map")) emitted.map = text;
    else if (/\.d\.[cm]?ts$/.test(path)) emitted.declarations = text;
    else emitted.code = text;
  };
  program.emit(file, write, undefined, false, { before: [transform], after: [removeEmptyExport] });
  return emitted;
}
