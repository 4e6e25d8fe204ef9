/** Emitted statements as the text of a function that the main thread links and calls. */

import type ts from "typescript";

import type { FileImports } from "./imports.ts";
import { typescript } from "./typescript.ts";

/** What the function must be given and give. */
export interface FunctionParts {
  readonly values: ReadonlyMap<string, string>;
  readonly imports: FileImports;
  readonly scopes: readonly number[];
  readonly isAsync: boolean;
  /** Declarations of names that the emitted statements take for granted: `React = $$m0.default`. */
  readonly aliases: readonly string[];
}

/** Parameters of every emitted function, before its scopes and modules. */
const parameters = [
  "$$i",
  "$$interrupt",
  "$$import",
  "$$meta",
  "$$result",
  "$$publish",
  "require",
  "__filename",
  "__dirname",
];

/** Puts emitted statements in a function; its first line is ours, so that line n of the text is line n - 1 of the emit. */
export function functionText(code: string, { values, imports, scopes, isAsync, aliases }: FunctionParts): string {
  const outer = [
    ...parameters,
    ...scopes.map((cell) => `$$s${String(cell)}`),
    ...imports.modules.map((_, module) => `$$m${String(module)}`),
  ];
  const accessors = [...values].map(([name, expression]) => accessor(name, expression)).join(", ");
  const stars = imports.stars.map((module) => `$$m${String(module)}`).join(", ");
  const publish = `$$publish({ ${accessors} }, [${stars}]);`;
  const known = aliases.map((alias) => ` const ${alias};`).join("");
  const body = code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "");
  return `(function (${outer.join(", ")}) { "use strict"; return ${isAsync ? "async " : ""}function () { ${publish}${known}\n${body}\n}; })`;
}

/** An accessor of a name; the names of modules cannot be set. */
function accessor(name: string, expression: string): string {
  const key = JSON.stringify(name);
  const get = `get ${key}() { return ${expression}; }`;
  return expression === name ? `${get}, set ${key}($$v) { ${name} = $$v; }` : get;
}

/** True where the statements of a file await, so that its function must be asynchronous. */
export function awaitsAtTopLevel(file: ts.SourceFile): boolean {
  const awaits = (node: ts.Node): boolean => {
    if (typescript.isFunctionLike(node) || typescript.isClassStaticBlockDeclaration(node)) return false;
    if (typescript.isAwaitExpression(node)) return true;
    if (typescript.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    if (typescript.isVariableDeclarationList(node) && isAwaitUsing(node.flags)) return true;
    return typescript.forEachChild(node, awaits) ?? false;
  };
  return awaits(file);
}

const awaitUsing: number = typescript.NodeFlags.AwaitUsing; // a combination of other flags

const isAwaitUsing = (flags: number): boolean => (flags & awaitUsing) === awaitUsing;
