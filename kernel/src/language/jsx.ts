/** JSX in cells, where the user's tsconfig.json says what it means: a factory of the user's, or a runtime package. */

import type ts from "typescript";

import { typescript } from "./typescript.ts";

/** What makes elements, as options say it; undefined where cells have no JSX. */
export interface Jsx {
  /** Names that elements call without naming them: `React` or `h`; none where a runtime package is imported. */
  readonly factories: readonly string[];
}

/** What JSX means under some options. */
export function jsxOf({ jsx, jsxFactory, jsxFragmentFactory, reactNamespace }: ts.CompilerOptions): Jsx | undefined {
  if (jsx === undefined) return undefined;
  if (jsx !== typescript.JsxEmit.React) return { factories: [] };
  const names = [jsxFactory ?? reactNamespace ?? "React", jsxFragmentFactory].flatMap(
    (name) => name?.split(".").slice(0, 1) ?? [],
  );
  return { factories: [...new Set(names)] };
}

/** `jsx` of a tsconfig.json as cells can run it: no bundler comes after them. */
export function runnableJsx(jsx: ts.JsxEmit): ts.JsxEmit {
  const { Preserve, ReactNative, ReactJSX } = typescript.JsxEmit;
  return jsx === Preserve || jsx === ReactNative ? ReactJSX : jsx;
}

/** True where a file has an element. */
export function hasElements(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean =>
    typescript.isJsxElement(node) ||
    typescript.isJsxSelfClosingElement(node) ||
    typescript.isJsxFragment(node) ||
    (typescript.forEachChild(node, visit) ?? false);
  return file.languageVariant === typescript.LanguageVariant.JSX && visit(file);
}

/** One import that TypeScript adds for elements. */
export interface RuntimeImport {
  readonly specifier: string;
  readonly names: readonly string[];
}

/**
 * A transformer that puts `const { jsx: _jsx } = $$m3` for each import that TypeScript has added, and notes the import in
 * `added`; the first is module number `from`.
 */
export function linkRuntime(from: number, added: RuntimeImport[]): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = typescript;
  const linked = (statement: ts.ImportDeclaration): ts.Statement => {
    const bindings = statement.importClause?.namedBindings;
    const elements = bindings !== undefined && typescript.isNamedImports(bindings) ? bindings.elements : [];
    const specifier = (statement.moduleSpecifier as ts.StringLiteral).text; // TypeScript's own
    const module = factory.createIdentifier(`$$m${String(from + added.length)}`);
    added.push({ specifier, names: elements.map(({ propertyName, name }) => (propertyName ?? name).text) });
    const pattern = factory.createObjectBindingPattern(
      elements.map(({ propertyName, name }) =>
        factory.createBindingElement(undefined, (propertyName ?? name).text, name),
      ),
    );
    const declaration = factory.createVariableDeclaration(pattern, undefined, undefined, module);
    return factory.createVariableStatement(
      undefined,
      factory.createVariableDeclarationList([declaration], typescript.NodeFlags.Const),
    );
  };
  return () => (file) =>
    factory.updateSourceFile(
      file,
      file.statements.map((statement) => (typescript.isImportDeclaration(statement) ? linked(statement) : statement)),
    );
}
