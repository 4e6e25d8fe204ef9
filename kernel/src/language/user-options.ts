/** What a notebook's own tsconfig.json says about its cells: library, types, paths, JSX and strictness, nothing else. */

import { dirname } from "node:path";

import type ts from "typescript";

import { runnableJsx } from "./jsx.ts";
import { cellOptions } from "./options.ts";
import { typescript } from "./typescript.ts";

/** Options that are taken over; the rest, above all of modules and emit, is the kernel's, since cells are no files. */
const honoured = [
  "lib",
  "types",
  "typeRoots",
  "paths",
  "baseUrl",
  "strict",
  "noImplicitAny",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "strictBuiltinIteratorReturn",
  "useUnknownInCatchVariables",
  "noImplicitThis",
  "noImplicitReturns",
  "noImplicitOverride",
  "noUncheckedIndexedAccess",
  "noPropertyAccessFromIndexSignature",
  "exactOptionalPropertyTypes",
  "noFallthroughCasesInSwitch",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "reactNamespace",
] as const satisfies readonly (keyof ts.CompilerOptions)[];

/** The options of cells in `folder`: the nearest tsconfig.json's where it says anything that cells can honour. */
export function optionsOf(folder: string): ts.CompilerOptions {
  const path = typescript.findConfigFile(folder, (file) => typescript.sys.fileExists(file));
  if (path === undefined) return cellOptions;
  const { config } = typescript.readConfigFile(path, (file) => typescript.sys.readFile(file)) as { config?: unknown };
  const parsed = typescript.parseJsonConfigFileContent(config ?? {}, sysWithoutFiles(), dirname(path), undefined, path);
  const own = Object.fromEntries(
    honoured.flatMap((name) => (parsed.options[name] === undefined ? [] : [[name, parsed.options[name]]])),
  ) as ts.CompilerOptions; // a part of such options
  return {
    ...cellOptions,
    ...own,
    ...(own.jsx !== undefined && { jsx: runnableJsx(own.jsx) }),
    ...(own.paths && { pathsBasePath: dirname(path) }),
  };
}

/** A notebook's folder may hold a million files; none of them is asked for. */
function sysWithoutFiles(): ts.ParseConfigHost {
  const { sys } = typescript;
  return {
    useCaseSensitiveFileNames: sys.useCaseSensitiveFileNames,
    fileExists: (path) => sys.fileExists(path),
    readFile: (path) => sys.readFile(path),
    readDirectory: () => [],
  };
}
