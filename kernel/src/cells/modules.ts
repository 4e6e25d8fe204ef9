/** Modules that cells import: packages through Node, TypeScript files of the user's through the compiler. */

import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";

import type { ModuleImport } from "../language/answers.ts";
import { fallbackFolders } from "../threads/fallback.ts";
import { standInFor } from "../threads/stand-ins.ts";

/** A module's names. */
export type ModuleNamespace = Readonly<Record<string, unknown>>;

/** TypeScript files of the user's that cells have imported: see local-files.ts. */
export interface LocalFiles {
  /** The names of the file at `path`, as it now is on disk. */
  readonly open: (path: string, modules: Modules) => Promise<ModuleNamespace>;
}

/** Loads modules for the code of one notebook. */
export interface Modules {
  /** Loads what a compiled file in `folder` imports, in order. */
  readonly load: (imports: readonly ModuleImport[], folder: string, files?: LocalFiles) => Promise<ModuleNamespace[]>;
  /** `import()` as code in `folder` calls it. */
  readonly importFrom: (
    folder: string,
  ) => (specifier: unknown, options?: ImportCallOptions) => Promise<ModuleNamespace>;
}

type NativeImport = (specifier: string, options?: ImportCallOptions) => Promise<ModuleNamespace>;

/** Modules of a notebook that imports from `fallback` what its own folder lacks. */
export function notebookModules(fallback: string | null, files: LocalFiles): Modules {
  const fallbacks = fallbackFolders(fallback).map(nativeImport);

  /** Imports from the first of several places that has the package. */
  const importNative = async (
    specifier: string,
    [from, ...others]: readonly [NativeImport, ...NativeImport[]],
    options?: ImportCallOptions,
  ): Promise<ModuleNamespace> => {
    try {
      return await from(standInFor(specifier)?.code ?? specifier, options);
    } catch (error) {
      const [next, ...rest] = others;
      if (next === undefined || !isPackage(specifier) || !isMissing(error, specifier)) throw error;
      return await importNative(specifier, [next, ...rest], options);
    }
  };
  const importFrom: Modules["importFrom"] = (folder) => {
    const native = nativeImport(folder);
    return async (specifier, options) => {
      const name = String(specifier);
      const path = localPath(name, folder);
      if (path !== undefined && /\.[cm]?ts$/.test(path)) return await files.open(path, modules);
      return name.endsWith(".json") ? json(name, folder) : await importNative(name, [native, ...fallbacks], options);
    };
  };
  const load: Modules["load"] = async (imports, folder, open = files) => {
    const native = nativeImport(folder);
    const loaded: ModuleNamespace[] = [];
    for (const { specifier, localFile, origin, names } of imports) {
      if (localFile !== null) loaded.push(await open.open(localFile, modules));
      else if (specifier.endsWith(".json")) loaded.push(json(specifier, folder));
      else {
        const [first = native, ...others] = origin === "fallback" ? fallbacks : [native, ...fallbacks];
        loaded.push(withNames(await importNative(specifier, [first, ...others]), names));
      }
    }
    return loaded;
  };
  const modules: Modules = { load, importFrom };
  return modules;
}

/** Node's own `import()` as a file in `folder` would call it. */
function nativeImport(folder: string): NativeImport {
  const script = new vm.Script("(specifier, options) => import(specifier, options)", {
    filename: join(folder, "notebook.mjs"),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as NativeImport; // the script is that function
}

function localPath(specifier: string, folder: string): string | undefined {
  if (specifier.startsWith("file:")) return fileURLToPath(specifier);
  return specifier.startsWith(".") || isAbsolute(specifier) ? resolve(folder, specifier) : undefined;
}

/** JSON is read anew for each cell that imports it. */
function json(specifier: string, folder: string): ModuleNamespace {
  const require = createRequire(pathToFileURL(join(folder, "notebook.mjs")));
  const path = require.resolve(specifier);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- how Node's cache forgets a file
  delete require.cache[path];
  return { default: require(path) as unknown };
}

const isPackage = (specifier: string): boolean => !/^(\.|\/|file:|node:)/.test(specifier);

function isMissing(error: unknown, specifier: string): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "ERR_MODULE_NOT_FOUND" &&
    error.message.includes(`'${packageName(specifier)}'`)
  );
}

function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** A CommonJS module's names that Node did not find by reading its text are taken from what it exports. */
function withNames(namespace: ModuleNamespace, names: readonly string[]): ModuleNamespace {
  const missing = names.filter((name) => !(name in namespace));
  const { default: whole } = namespace;
  if (missing.length === 0 || typeof whole !== "object" || whole === null) return namespace;
  return { ...whole, ...namespace };
}
