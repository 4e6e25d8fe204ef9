/**
 * Rewrites a checked file so that its body can stand in a function: names of earlier cells become `$$s3.name`, imported
 * names `$$m0.name`, `import()` and `import.meta` calls of the kernel; loops ask whether they were interrupted; the
 * last expression of a cell is handed over. A file's own declarations stay as they are, at full speed.
 */

import type ts from "typescript";

import { typescript } from "./typescript.ts";

/** What the rewriting needs to know about a file. */
export interface RewriteOptions {
  readonly checker: ts.TypeChecker;
  /** Object and property that a name of elsewhere stands for; property null: the object itself. */
  readonly foreign: ReadonlyMap<ts.Symbol, readonly [object: string, property: string | null]>;
  /** Range of the user's code. */
  readonly start: number;
  readonly end: number;
  /** Whether the last expression is a result. */
  readonly isCell: boolean;
}

/** A visitor that keeps every node, perhaps as another. */
type Visit = (node: ts.Node) => ts.Node;

/** A transformer of the one file it is given options for. */
export function rewrite(options: RewriteOptions): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const visit = expressionVisitor(options, context);
    const own = file.statements.filter((statement) => {
      const start = statement.getStart(file);
      return start >= options.start && start < options.end && !isModuleSyntax(statement);
    });
    const last = options.isCell ? lastExpression(own) : undefined;
    const statements = own.map((statement) => {
      if (statement === last) return resultStatement(last, visit);
      if (typescript.isExportAssignment(statement)) return defaultStatement(statement, visit);
      return withoutExport(typescript.visitNode(statement, visit, typescript.isStatement));
    });
    return typescript.factory.updateSourceFile(file, statements);
  };
}

/** Removes the empty export that TypeScript adds to a module without exports. */
export const removeEmptyExport: ts.TransformerFactory<ts.SourceFile> = () => (file) =>
  typescript.factory.updateSourceFile(
    file,
    file.statements.filter((statement) => !typescript.isExportDeclaration(statement)),
  );

/** Name under which a file keeps its default export. */
export const defaultName = "$$default";

const isModuleSyntax = (statement: ts.Statement): boolean =>
  typescript.isImportDeclaration(statement) ||
  typescript.isExportDeclaration(statement) ||
  (typescript.isImportEqualsDeclaration(statement) && typescript.isExternalModuleReference(statement.moduleReference));

function lastExpression(statements: readonly ts.Statement[]): ts.ExpressionStatement | undefined {
  const last = statements.findLast((statement) => !typescript.isEmptyStatement(statement));
  return last !== undefined && typescript.isExpressionStatement(last) ? last : undefined;
}

function resultStatement(statement: ts.ExpressionStatement, visit: Visit): ts.Statement {
  const value = typescript.visitNode(statement.expression, visit, typescript.isExpression);
  const call = typescript.factory.createCallExpression(typescript.factory.createIdentifier("$$result"), undefined, [
    value,
  ]);
  return typescript.setTextRange(
    typescript.factory.createExpressionStatement(typescript.setTextRange(call, statement)),
    statement,
  );
}

function defaultStatement(statement: ts.ExportAssignment, visit: Visit): ts.Statement {
  const value = typescript.visitNode(statement.expression, visit, typescript.isExpression);
  const declaration = typescript.factory.createVariableDeclaration(defaultName, undefined, undefined, value);
  const list = typescript.factory.createVariableDeclarationList([declaration], typescript.NodeFlags.Const);
  return typescript.setTextRange(typescript.factory.createVariableStatement(undefined, list), statement);
}

function withoutExport(statement: ts.Statement): ts.Statement {
  const { factory } = typescript;
  const keep = (modifiers: readonly ts.ModifierLike[] | undefined): ts.ModifierLike[] | undefined =>
    modifiers?.filter(
      ({ kind }) => kind !== typescript.SyntaxKind.ExportKeyword && kind !== typescript.SyntaxKind.DefaultKeyword,
    );
  const keepModifiers = (node: ts.HasModifiers): ts.Modifier[] | undefined =>
    keep(node.modifiers)?.filter(typescript.isModifier);
  if (typescript.isVariableStatement(statement)) {
    return factory.updateVariableStatement(statement, keepModifiers(statement), statement.declarationList);
  }
  if (typescript.isFunctionDeclaration(statement)) {
    const { asteriskToken, name, typeParameters, parameters, type, body } = statement;
    const own = name ?? factory.createIdentifier(defaultName);
    // prettier-ignore
    return factory.updateFunctionDeclaration(statement, keep(statement.modifiers), asteriskToken, own, typeParameters, parameters, type, body);
  }
  if (typescript.isClassDeclaration(statement)) {
    const { name, typeParameters, heritageClauses, members } = statement;
    const own = name ?? factory.createIdentifier(defaultName);
    return factory.updateClassDeclaration(
      statement,
      keep(statement.modifiers),
      own,
      typeParameters,
      heritageClauses,
      members,
    );
  }
  if (typescript.isEnumDeclaration(statement)) {
    return factory.updateEnumDeclaration(statement, keep(statement.modifiers), statement.name, statement.members);
  }
  if (typescript.isModuleDeclaration(statement)) {
    return factory.updateModuleDeclaration(statement, keep(statement.modifiers), statement.name, statement.body);
  }
  return statement;
}

function expressionVisitor(options: RewriteOptions, context: ts.TransformationContext): Visit {
  const { factory } = context;
  const names = new Set([...options.foreign.keys()].map((symbol) => symbol.name));

  const foreign = (symbol: ts.Symbol | undefined): ts.Expression | undefined => {
    const place = symbol && options.foreign.get(symbol);
    if (place === undefined) return undefined;
    const object = factory.createIdentifier(place[0]);
    return place[1] === null ? object : factory.createPropertyAccessExpression(object, place[1]);
  };
  const replaced = (node: ts.Node): ts.Expression | undefined => {
    if (!typescript.isIdentifier(node) || !names.has(node.text)) return undefined;
    const expression = foreign(options.checker.getSymbolAtLocation(node));
    return expression && typescript.setTextRange(expression, node);
  };
  /** `(0, $$s3.f)`: a function of an earlier cell is not a method of its scope. */
  const callee = (node: ts.Expression): ts.Expression | undefined => {
    const expression = replaced(node);
    return (
      expression &&
      factory.createParenthesizedExpression(factory.createComma(factory.createNumericLiteral(0), expression))
    );
  };
  const shorthand = (node: ts.ShorthandPropertyAssignment): ts.Node | undefined => {
    const value = foreign(options.checker.getShorthandAssignmentValueSymbol(node));
    if (value === undefined) return undefined;
    const initial = node.objectAssignmentInitializer;
    const whole =
      initial === undefined
        ? value
        : factory.createAssignment(value, typescript.visitNode(initial, visit, typescript.isExpression));
    return factory.createPropertyAssignment(node.name, whole);
  };

  const visit: Visit = (node) => {
    if (typescript.isIdentifier(node)) return replaced(node) ?? node;
    if (isTypeOnlyNode(node)) return node;
    if (typescript.isShorthandPropertyAssignment(node)) {
      return shorthand(node) ?? typescript.visitEachChild(node, visit, context);
    }
    if (isImportMeta(node)) return factory.createIdentifier("$$meta");
    const inner = typescript.visitEachChild(node, visit, context);
    if (typescript.isCallExpression(node) && typescript.isCallExpression(inner)) {
      return rewrittenCall(node, { inner, callee });
    }
    if (typescript.isTaggedTemplateExpression(node) && typescript.isTaggedTemplateExpression(inner)) {
      return factory.updateTaggedTemplateExpression(
        inner,
        callee(node.tag) ?? inner.tag,
        inner.typeArguments,
        inner.template,
      );
    }
    return typescript.isIterationStatement(inner, false) ? guardedLoop(inner) : inner;
  };
  return visit;
}

interface RewrittenCall {
  readonly inner: ts.CallExpression;
  readonly callee: (node: ts.Expression) => ts.Expression | undefined;
}

function rewrittenCall(node: ts.CallExpression, { inner, callee }: RewrittenCall): ts.Expression {
  const { factory } = typescript;
  const target =
    node.expression.kind === typescript.SyntaxKind.ImportKeyword
      ? factory.createIdentifier("$$import")
      : callee(node.expression);
  if (target === undefined) return inner;
  return typescript.isCallChain(inner)
    ? factory.updateCallChain(inner, target, inner.questionDotToken, inner.typeArguments, inner.arguments)
    : factory.updateCallExpression(inner, target, inner.typeArguments, inner.arguments);
}

const isImportMeta = (node: ts.Node): boolean =>
  typescript.isMetaProperty(node) && node.keywordToken === typescript.SyntaxKind.ImportKeyword;

const isTypeOnlyNode = (node: ts.Node): boolean =>
  typescript.isInterfaceDeclaration(node) ||
  typescript.isTypeAliasDeclaration(node) ||
  (typescript.isTypeNode(node) && !typescript.isExpressionWithTypeArguments(node));

/** Puts `if ($$i[0]) $$interrupt();` first in a loop's body; a plain load costs about a tenth of an empty loop. */
function guardedLoop(loop: ts.IterationStatement): ts.Statement {
  const { factory } = typescript;
  const flag = factory.createElementAccessExpression(factory.createIdentifier("$$i"), 0);
  const interrupt = factory.createCallExpression(factory.createIdentifier("$$interrupt"), undefined, []);
  const guard = factory.createIfStatement(flag, factory.createExpressionStatement(interrupt));
  const inner = typescript.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
  const body = typescript.setTextRange(factory.createBlock([guard, ...inner], true), loop.statement);
  if (typescript.isForStatement(loop)) {
    return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
  }
  if (typescript.isForInStatement(loop)) {
    return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  }
  if (typescript.isForOfStatement(loop)) {
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  }
  if (typescript.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
  if (typescript.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
  return loop;
}
