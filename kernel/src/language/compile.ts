/** Checks a cell, or a TypeScript file of the user's, and makes JavaScript of it. */

import type ts from "typescript";

import type { CellSource, CompiledCell, CompiledCode, RejectedCell } from "./answers.ts";
import { type CellText, cellText } from "./cell-text.ts";
import { awaitsAtTopLevel, functionText } from "./function-text.ts";
import { type FileImports, fileImports, openImport } from "./imports.ts";
import { hasElements, type Jsx, linkRuntime, type RuntimeImport } from "./jsx.ts";
import type { Notebook } from "./notebook.ts";
import { isUnchecked, problemsOf } from "./problems.ts";
import { publishedNames } from "./published.ts";
import { removeEmptyExport, rewrite } from "./rewrite.ts";
import { typescript } from "./typescript.ts";

/** Compiles one cell against the cells that ran. */
export function compileCell(
  { code }: CellSource,
  { service, host, scope, jsx }: Notebook,
): CompiledCell | RejectedCell {
  const source = cellText(code, { scope, jsx });
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
  const emitted = emit(program, {
    file,
    transform: rewrite({ ...range, checker, foreign }),
    modules: imports.modules.length,
  });
  const linked = withRuntime(imports, { emitted, file, host });
  const scopes = [...new Set(source.borrowed.values())];
  const isDeclared = program.getDeclarationDiagnostics(file).length === 0;
  const variables = [...source.declared].flatMap(([name, kind]) => (kind === "variable" ? [name] : []));
  return {
    kind: "compiled",
    code: functionText(emitted.code, {
      values,
      imports: linked,
      scopes,
      isAsync: awaitsAtTopLevel(file),
      aliases: aliasesOf(file, { jsx, foreign }),
    }),
    map: emitted.map,
    modules: linked.modules,
    values: [...values.keys()],
    types,
    scopes,
    declarations: isDeclared
      ? { extension: ".d.mts", text: emitted.declarations, variables }
      : { extension: ".mts", text: source.text, variables },
  };
}

/** Compiles a TypeScript file that a cell imports; `values` are its exports. */
export function compileFile(path: string, { service, host, jsx }: Notebook): CompiledCode | RejectedCell {
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
    modules: imports.modules.length,
  });
  const linked = withRuntime(imports, { emitted, file, host });
  return {
    code: functionText(emitted.code, {
      values,
      imports: linked,
      scopes: [],
      isAsync: awaitsAtTopLevel(file),
      aliases: aliasesOf(file, { jsx, foreign: imports.names }),
    }),
    map: emitted.map,
    modules: linked.modules,
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

/** The imports of a file with those that TypeScript added for its elements. */
function withRuntime(
  imports: FileImports,
  { emitted, file, host }: { readonly emitted: Emitted; readonly file: ts.SourceFile; readonly host: Notebook["host"] },
): FileImports {
  const added = emitted.runtime.map(({ specifier, names }) => ({
    ...openImport(specifier, { from: file.fileName, host }),
    names,
  }));
  return { ...imports, modules: [...imports.modules, ...added] };
}

/** Names that elements call although the file does not write them, where they come from elsewhere. */
function aliasesOf(
  file: ts.SourceFile,
  {
    jsx,
    foreign,
  }: { readonly jsx: Jsx | undefined; readonly foreign: ReadonlyMap<ts.Symbol, readonly [string, string | null]> },
): readonly string[] {
  if (jsx === undefined || jsx.factories.length === 0 || !hasElements(file)) return [];
  return [...foreign].flatMap(([{ name }, [object, property]]) =>
    jsx.factories.includes(name) ? [`${name} = ${property === null ? object : `${object}.${property}`}`] : [],
  );
}

interface Emitted {
  readonly runtime: readonly RuntimeImport[];
  readonly code: string;
  readonly map: string;
  readonly declarations: string;
}

function emit(
  program: ts.Program,
  {
    file,
    transform,
    modules,
  }: {
    readonly file: ts.SourceFile;
    readonly transform: ts.TransformerFactory<ts.SourceFile>;
    /** How many modules the file imports itself. */
    readonly modules: number;
  },
): Emitted {
  const runtime: RuntimeImport[] = [];
  const emitted = { code: "", map: "", declarations: "", runtime };
  const write: ts.WriteFileCallback = (path, text) => {
    if (path.endsWith(".map")) emitted.map = text;
    else if (/\.d\.[cm]?ts$/.test(path)) emitted.declarations = text;
    else emitted.code = text;
  };
  program.emit(file, write, undefined, false, {
    before: [transform],
    after: [removeEmptyExport, linkRuntime(modules, runtime)],
  });
  return emitted;
}
