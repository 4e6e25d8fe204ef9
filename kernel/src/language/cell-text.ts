/**
 * The virtual file of a cell: one header line that names what it uses of earlier cells, the user's code, and an export
 * of every name it declares. Its lines are the cell's lines plus one.
 */

import type ts from "typescript";

import { hasElements, type Jsx } from "./jsx.ts";
import { cellSpecifier, type NotebookScope } from "./scope.ts";
import { typescript } from "./typescript.ts";

/** A cell as the type checker sees it. */
export interface CellText {
  readonly text: string;
  /** Length of the header with its line break: where the user's code begins. */
  readonly start: number;
  /** Where the user's code ends. */
  readonly end: number;
  /** Names taken from earlier cells, with the cell that holds each. */
  readonly borrowed: ReadonlyMap<string, number>;
  /** Names the cell declares at top level. */
  readonly declared: ReadonlyMap<string, TopLevelName>;
}

/** How a top-level name was declared. */
export type TopLevelName = "variable" | "other";

/** What a cell is framed with. */
export interface CellTextOptions {
  readonly scope: NotebookScope;
  /** Earlier names that begin so are there as well, for completion. */
  readonly offer?: string;
  /** What JSX means in cells, where they may have any. */
  readonly jsx?: Jsx | undefined;
}

/** Frames a cell's code for checking. */
export function cellText(code: string, { scope, offer, jsx }: CellTextOptions): CellText {
  const kind = jsx === undefined ? typescript.ScriptKind.TS : typescript.ScriptKind.TSX;
  const source = typescript.createSourceFile("cell.mts", code, typescript.ScriptTarget.ESNext, false, kind);
  const declared = new Map<string, TopLevelName>();
  const exported = new Set<string>();
  for (const statement of source.statements) declareNames(statement, { declared, exported });
  const borrowed = new Map<string, number>();
  const offered = offer === undefined ? [] : scope.names().filter((name) => name.startsWith(offer));
  const factories = jsx !== undefined && hasElements(source) ? jsx.factories : [];
  for (const name of new Set([...mentionedNames(source), ...offered, ...factories])) {
    const cell = scope.cellOf(name);
    if (cell !== undefined && !declared.has(name)) borrowed.set(name, cell);
  }
  const header = `${[...borrowed].map(([name, cell]) => borrow(name, { cell, scope })).join(" ")}\n`;
  const names = [...declared.keys()].filter((name) => !exported.has(name));
  return {
    text: `${header}${code}\n;export { ${names.join(", ")} };`,
    start: header.length,
    end: header.length + code.length,
    borrowed,
    declared,
  };
}

function borrow(name: string, { cell, scope }: { readonly cell: number; readonly scope: NotebookScope }): string {
  const from = JSON.stringify(cellSpecifier(cell));
  // An import cannot be assigned, so that variables are declared anew with the type they have.
  return scope.isVariable(name)
    ? `declare let ${name}: typeof import(${from}).${name};`
    : `import { ${name} } from ${from};`;
}

interface Found {
  readonly declared: Map<string, TopLevelName>;
  readonly exported: Set<string>;
}

function declareNames(statement: ts.Statement, { declared, exported }: Found): void {
  const names = new Map<string, TopLevelName>();
  if (typescript.isVariableStatement(statement)) {
    const kind = statement.declarationList.flags & typescript.NodeFlags.Const ? "other" : "variable"; // `using` has the bit too
    for (const { name } of statement.declarationList.declarations) {
      for (const id of boundNames(name)) names.set(id, kind);
    }
  } else if (typescript.isImportDeclaration(statement)) {
    for (const id of importedNames(statement.importClause)) names.set(id, "other");
  } else if (isNamedDeclaration(statement) && statement.name !== undefined && typescript.isIdentifier(statement.name)) {
    names.set(statement.name.text, "other");
  } else {
    for (const id of hoistedNames(statement)) names.set(id, "variable");
  }
  const isExported =
    typescript.canHaveModifiers(statement) &&
    typescript.getModifiers(statement)?.some((modifier) => modifier.kind === typescript.SyntaxKind.ExportKeyword);
  for (const [name, kind] of names) {
    if (name === "") continue;
    declared.set(name, kind);
    if (isExported) exported.add(name);
  }
}

type NamedDeclaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.EnumDeclaration
  | ts.ModuleDeclaration
  | ts.ImportEqualsDeclaration;

function isNamedDeclaration(statement: ts.Statement): statement is NamedDeclaration {
  return (
    typescript.isFunctionDeclaration(statement) ||
    typescript.isClassDeclaration(statement) ||
    typescript.isInterfaceDeclaration(statement) ||
    typescript.isTypeAliasDeclaration(statement) ||
    typescript.isEnumDeclaration(statement) ||
    (typescript.isModuleDeclaration(statement) && !(statement.flags & typescript.NodeFlags.GlobalAugmentation)) ||
    typescript.isImportEqualsDeclaration(statement)
  );
}

function boundNames(name: ts.BindingName): string[] {
  if (typescript.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (typescript.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  if (clause === undefined) return [];
  const { name, namedBindings } = clause;
  const own = name === undefined ? [] : [name.text];
  if (namedBindings === undefined) return own;
  if (typescript.isNamespaceImport(namedBindings)) return [...own, namedBindings.name.text];
  return [...own, ...namedBindings.elements.map((element) => element.name.text)];
}

/** Names of `var` inside blocks and loops, which belong to the top level. */
function hoistedNames(node: ts.Node): string[] {
  const names: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (typescript.isFunctionLike(inner) || typescript.isClassLike(inner) || typescript.isModuleDeclaration(inner)) {
      return;
    }
    if (typescript.isVariableDeclarationList(inner) && !(inner.flags & typescript.NodeFlags.BlockScoped)) {
      for (const { name } of inner.declarations) names.push(...boundNames(name));
    }
    typescript.forEachChild(inner, visit);
  };
  typescript.forEachChild(node, visit);
  return names;
}

function mentionedNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (typescript.isIdentifier(node)) names.add(node.text);
    typescript.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
