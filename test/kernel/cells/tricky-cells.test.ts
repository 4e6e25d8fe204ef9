import assert from "node:assert/strict";

import { sharedKernel, writeNotebookFile } from "../shared.ts";

/** Cells that run one after the other, and what the last one gives: its result, its output or its error. */
interface TrickyCells {
  readonly name: string;
  readonly cells: readonly string[];
  readonly result?: string;
  readonly stdout?: string;
  readonly error?: RegExp;
}

const table: readonly TrickyCells[] = [
  { name: "a last expression is the result", cells: ["1 + 1"], result: "2" },
  { name: "a last expression after a semicolon and a comment", cells: ["6 * 7; // answer"], result: "42" },
  { name: "a lone string is a result, not a directive", cells: ["'text'"], result: "'text'" },
  { name: "an object literal in brackets", cells: ["({ a: 1 })"], result: "{ a: 1 }" },
  { name: "undefined is no result", cells: ["void 0"] },
  { name: "a declaration is no result", cells: ["const quiet = 1"] },
  { name: "an empty cell", cells: ["  \n"] },
  { name: "a comment only", cells: ["// nothing"] },
  { name: "const seen by a later cell", cells: ["const t1 = 4", "t1 * 2"], result: "8" },
  { name: "let assigned by a later cell", cells: ["let t2 = 1", "t2 = 5", "t2"], result: "5" },
  { name: "an update of an earlier variable", cells: ["let t3 = 1", "t3++; ++t3; t3 += 2", "t3"], result: "5" },
  {
    name: "an old function sees an assignment",
    cells: ["let t4 = 1; const get4 = () => t4", "t4 = 9", "get4()"],
    result: "9",
  },
  { name: "const redeclared with another type", cells: ["const t5 = 1", "const t5 = 'one'", "t5.length"], result: "3" },
  {
    name: "a function redeclared",
    cells: ["function t6() { return 1 }", "function t6(a: string) { return a }", "t6('x')"],
    result: "'x'",
  },
  { name: "a class redeclared", cells: ["class T7 { a = 1 }", "class T7 { b = 2 }", "new T7().b"], result: "2" },
  { name: "an enum redeclared", cells: ["enum T8 { A }", "enum T8 { B = 5 }", "T8.B"], result: "5" },
  {
    name: "an interface redeclared, not merged",
    cells: ["interface T9 { a: number }", "interface T9 { b: number }", "const t9: T9 = { b: 1 }; t9"],
    result: "{ b: 1 }",
  },
  {
    name: "a type alias redeclared",
    cells: ["type T10 = string", "type T10 = number", "const t10: T10 = 3; t10"],
    result: "3",
  },
  { name: "var at top level", cells: ["var t11 = 1", "t11"], result: "1" },
  { name: "var inside a block", cells: ["if (true) { var t12 = 2 }", "t12"], result: "2" },
  {
    name: "destructuring declares all names",
    cells: ["const { a13, b13: [c13, ...d13] } = { a13: 1, b13: [2, 3, 4] }", "[a13, c13, d13]"],
    result: "[ 1, 2, [ 3, 4 ] ]",
  },
  {
    name: "destructuring assigns earlier names",
    cells: ["let a14 = 1; let b14 = 2", "[a14, b14] = [b14, a14]; ({ a14 } = { a14: a14 + 10 })", "[a14, b14]"],
    result: "[ 12, 1 ]",
  },
  { name: "shorthand property of an earlier name", cells: ["const t15 = 1", "({ t15 })"], result: "{ t15: 1 }" },
  {
    name: "an earlier function is called without this",
    cells: ["function t16(this: unknown) { return this }", "t16()"],
  },
  {
    name: "a tagged template of an earlier cell",
    cells: ["const tag17 = (s: TemplateStringsArray, n: number) => s[0] + n", "tag17`a${1}`"],
    result: "'a1'",
  },
  {
    name: "an earlier name shadowed by a parameter",
    cells: ["const t18 = 1", "((t18: string) => t18)('inner')"],
    result: "'inner'",
  },
  { name: "an earlier name as a property name", cells: ["const t19 = 1", "({ t19: 2 }).t19"], result: "2" },
  {
    name: "an optional call of an earlier function",
    cells: ["let t20: (() => number) | undefined", "t20?.() ?? 'none'"],
    result: "'none'",
  },
  {
    name: "a generic function across cells",
    cells: ["function t21<T>(a: T): T[] { return [a] }", "t21(3)[0]!.toFixed(1)"],
    result: "'3.0'",
  },
  {
    name: "a generic class across cells",
    cells: [
      "class Box22<T> { constructor(readonly value: T) {} }",
      "class Sub22 extends Box22<number> {}",
      "new Sub22(4).value",
    ],
    result: "4",
  },
  { name: "a const enum across cells", cells: ["const enum T23 { A = 7 }", "T23.A"], result: "7" },
  {
    name: "a const enum as an object",
    cells: ["const enum T24 { A = 7 }", "Object.keys({ a: T24.A })"],
    result: "[ 'a' ]",
  },
  { name: "a namespace across cells", cells: ["namespace N25 { export const a = 1 }", "N25.a"], result: "1" },
  {
    name: "an abstract class and a type that uses it",
    cells: [
      "abstract class T26 { abstract n(): number }",
      "class U26 extends T26 { n() { return 2 } }",
      "(new U26() as T26).n()",
    ],
    result: "2",
  },
  { name: "private fields", cells: ["class T27 { #n = 3; get n() { return this.#n } }", "new T27().n"], result: "3" },
  {
    name: "a decorator",
    cells: [
      "const d28 = <T>(value: T, _c: ClassDecoratorContext) => value",
      "@(d28 as any) class T28 { a = 1 }",
      "new T28().a",
    ],
    result: "1",
  },
  {
    name: "satisfies and as const",
    cells: ["const t29 = { a: 1 } as const satisfies Record<string, number>", "t29.a"],
    result: "1",
  },
  {
    name: "a recursive type",
    cells: ["type Tree30 = { left?: Tree30 }", "const t30: Tree30 = { left: {} }; t30"],
    result: "{ left: {} }",
  },
  { name: "top-level await", cells: ["await Promise.resolve(5)"], result: "5" },
  { name: "await in a declaration", cells: ["const t32 = await Promise.resolve('x')", "t32"], result: "'x'" },
  {
    name: "for await at top level",
    cells: ["let sum33 = 0; for await (const n of [1, Promise.resolve(2)]) sum33 += n; sum33"],
    result: "3",
  },
  {
    name: "await inside a block",
    cells: ["let t34 = 0; if (true) { t34 = await Promise.resolve(3) } t34"],
    result: "3",
  },
  { name: "a promise as result is not awaited", cells: ["Promise.resolve(1)"], result: "Promise { 1 }" },
  {
    name: "using disposes at the end of the cell",
    cells: ["using t36 = { [Symbol.dispose]() { console.log('disposed') } }; console.log('body')"],
    stdout: "body\ndisposed\n",
  },
  {
    name: "await using",
    cells: ["await using t37 = { async [Symbol.asyncDispose]() { console.log('gone') } }; console.log('here')"],
    stdout: "here\ngone\n",
  },
  {
    name: "a label and loops without braces",
    cells: [
      "let t38 = 0; outer: for (let i = 0; i < 3; i++) for (const j of [1, 2]) { if (j === 2) continue outer; t38 += j } t38",
    ],
    result: "3",
  },
  {
    name: "do, while and for-in loops",
    cells: [
      "let t39 = 0; do t39++; while (t39 < 3); while (t39 < 5) t39++; for (const k in { a: 1 }) t39 += k.length; t39",
    ],
    result: "6",
  },
  { name: "a generator", cells: ["function* t40() { yield 1; yield 2 }", "[...t40()]"], result: "[ 1, 2 ]" },
  { name: "hoisting of functions", cells: ["t41(); function t41() { return 4 }", "t41()"], result: "4" },
  {
    name: "a name assigned before its declaration fails as in a module",
    cells: ["t42; const t42 = 1"],
    error: /before its declaration|before being assigned|Block-scoped/,
  },
  { name: "an ESM import", cells: ["import { join } from 'node:path'", "join('a', 'b')"], result: "'a/b'" },
  { name: "a default import", cells: ["import os from 'node:os'", "typeof os.cpus"], result: "'function'" },
  {
    name: "a namespace import",
    cells: ["import * as url from 'node:url'", "url.pathToFileURL('/x').href"],
    result: "'file:///x'",
  },
  {
    name: "an import renamed and used as a value and a type",
    cells: [
      "import { URL as Address, type UrlObject } from 'node:url'; const a54: Address = new Address('http://h/p'); let u54: UrlObject = {}",
      "a54.pathname",
    ],
    result: "'/p'",
  },
  {
    name: "a type-only import loads nothing",
    cells: ["import type { Stats } from 'node:fs'; let t55: Stats | undefined", "t55 === undefined"],
    result: "true",
  },
  { name: "a dynamic import", cells: ["(await import('node:path')).posix.sep"], result: "'/'" },
  { name: "an import for its effect", cells: ["import './effect.mjs'", "(globalThis as any).effect"], result: "1" },
  {
    name: "import.meta",
    cells: ["import.meta.url.startsWith('file:///') && import.meta.dirname === process.cwd()"],
    result: "true",
  },
  {
    name: "a JSON import",
    cells: ["import data59 from './data.json' with { type: 'json' }", "data59.answer + 1"],
    result: "43",
  },
  {
    name: "a JSON import without its attribute",
    cells: ["import data60 from './data.json'; data60.answer"],
    result: "42",
  },
  {
    name: "an ESM package of the folder, typed through exports",
    cells: ["import { half } from 'esm-package'", "half(4)"],
    result: "2",
  },
  {
    name: "a type error in the use of that package",
    cells: ["import { half } from 'esm-package'; half('4')"],
    error: /TS2345/,
  },
  {
    name: "a CommonJS package of the folder with names Node does not see",
    cells: ["import { hidden } from 'cjs-package'", "hidden()"],
    result: "'found'",
  },
  { name: "a CommonJS package's default", cells: ["import cjs from 'cjs-package'; cjs.hidden()"], result: "'found'" },
  { name: "require", cells: ["require('./data.json').answer"], result: "42" },
  {
    name: "sightlab, from any folder",
    cells: ["import { currentTask } from 'sightlab'; currentTask().signal.aborted"],
    result: "false",
  },
  {
    name: "another package of the fallback root",
    cells: ["import { tableFromArrays } from 'apache-arrow'; tableFromArrays({ a: [1, 2] }).numRows"],
    result: "2",
  },
  {
    name: "a local TypeScript file with a private helper",
    cells: [
      "import twice, { Kind, type Shape } from './local.ts'; const s68: Shape = { n: 2 }; [twice(s68.n), Kind.B]",
    ],
    result: "[ 4, 1 ]",
  },
  { name: "a local TypeScript file, dynamically", cells: ["(await import('./local.ts')).default(3)"], result: "6" },
  { name: "a module that is missing", cells: ["import 'no-such-package'"], error: /no-such-package/ },
  { name: "@ts-nocheck runs anyway", cells: ["// @ts-nocheck\nconst t71: string = 5; t71"], result: "5" },
  {
    name: "@ts-expect-error on one line",
    cells: ["// @ts-expect-error it is a number\nconst t72: string = 5; t72"],
    result: "5",
  },
  {
    name: "a failed cell keeps earlier variables",
    cells: ["const t73 = 'old'", "const t73 = (() => { throw new Error('no') })()", "t73"],
    result: "'old'",
  },
  {
    name: "a failed cell keeps what it reached",
    cells: ["const t74 = 'reached'; null!.x; const u74 = 1", "t74"],
    error: /Cannot find name|never/,
  },
  {
    name: "a rejected cell does not run",
    cells: ["let t75 = 1", "t75 = 2; const wrong: string = 1", "t75"],
    result: "1",
  },
  {
    name: "narrowing does not leak between cells",
    cells: ["let t76: string | number = 'a'", "t76.length"],
    error: /TS2339/,
  },
  { name: "_ is the last result", cells: ["40 + 2", "_ + 1"], result: "43" },
  { name: "strict null checks", cells: ["const t78 = [1].find((n) => n > 1); t78.toFixed()"], error: /TS18048/ },
  {
    name: "an export statement is allowed",
    cells: ["export const t79 = 1; export function f79() { return t79 }", "f79()"],
    result: "1",
  },
  { name: "eval and new Function", cells: ["new Function('a', 'return a + 1')(1) + eval('1')"], result: "3" },
  { name: "a regular expression with flags of ES2024", cells: ["/./v.test('a')"], error: /TS1501|./ },
  {
    name: "a name from Object.prototype",
    cells: ["const toString = 1; const constructor = 2", "toString + constructor"],
    result: "3",
  },
];

describe("kernel: tricky cells", function () {
  this.timeout(30_000);

  before(() => {
    writeNotebookFile("effect.mjs", "globalThis.effect = (globalThis.effect ?? 0) + 1");
    writeNotebookFile("data.json", `{ "answer": 42 }`);
    writeNotebookFile("helper.ts", `export const factor: number = 2;`);
    writeNotebookFile(
      "local.ts",
      `import { factor } from "./helper.ts";
export interface Shape { n: number }
export enum Kind { A, B }
export default function (n: number): number { return n * factor; }`,
    );
    writeNotebookFile(
      "node_modules/esm-package/package.json",
      `{ "name": "esm-package", "type": "module", "exports": { ".": { "types": "./types.d.ts", "default": "./code.js" } } }`,
    );
    writeNotebookFile("node_modules/esm-package/types.d.ts", `export declare function half(n: number): number;`);
    writeNotebookFile("node_modules/esm-package/code.js", `export const half = (n) => n / 2;`);
    writeNotebookFile("node_modules/cjs-package/package.json", `{ "name": "cjs-package", "types": "types.d.ts" }`);
    writeNotebookFile(
      "node_modules/cjs-package/types.d.ts",
      `declare const whole: { hidden(): string }; declare namespace whole { function hidden(): string; } export = whole;`,
    );
    writeNotebookFile(
      "node_modules/cjs-package/index.js",
      `module.exports = Object.assign({}, { ["hid" + "den"]: () => "found" });`,
    );
  });

  for (const { name, cells, result, stdout, error } of table) {
    it(name, async () => {
      const kernel = await sharedKernel();
      let last;
      for (const code of cells) last = await kernel.run(code);
      assert.equal(last?.result, result, last?.error?.traceback);
      if (stdout !== undefined) assert.equal(last?.stdout, stdout);
      if (error === undefined) assert.equal(last?.error, undefined);
      else assert.match(last?.error?.evalue ?? "no error", error);
    });
  }
});
