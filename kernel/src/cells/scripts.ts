/** Compiled code as running functions. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";

import type { CompiledCode } from "../language/answers.ts";
import { flag, type SharedFlags } from "../threads/cells.ts";
import { Interrupted } from "./interrupt.ts";
import type { ModuleNamespace, Modules } from "./modules.ts";

/** What a compiled function is given; the order is that of `functionText` in the language thread. */
export interface ScriptLinks {
  readonly flags: SharedFlags;
  /** Path of the file the code stands in, real or not. */
  readonly path: string;
  readonly folder: string;
  readonly importFrom: ReturnType<Modules["importFrom"]>;
  readonly setResult: (value: unknown) => void;
  readonly publish: (names: ModuleNamespace, stars: readonly ModuleNamespace[]) => void;
  readonly scopes: readonly ModuleNamespace[];
  readonly modules: readonly ModuleNamespace[];
}

/** The function of compiled code; what it returns is a promise where the code awaits. */
export function linkScript({ code }: CompiledCode, filename: string, links: ScriptLinks): () => unknown {
  // A script would stay in V8's cache of compiled scripts, where nothing ever asks for it again.
  const compiled = compileFunction(`return ${code}`, [], { filename }) as () => LinkedFunction;
  const { flags, path, folder, importFrom, setResult, publish, scopes, modules } = links;
  const interrupt = (): never => {
    Atomics.add(flags, flag.ended, 1);
    throw new Interrupted();
  };
  const require = createRequire(path);
  const meta = {
    url: pathToFileURL(path).href,
    filename: path,
    dirname: folder,
    resolve: (name: string) => resolveUrl(require, name),
  };
  const guard = flags.subarray(flag.interrupt, flag.interrupt + 1);
  return compiled()(
    guard,
    interrupt,
    importFrom,
    meta,
    setResult,
    publish,
    require,
    path,
    folder,
    ...scopes,
    ...modules,
  );
}

/** What `functionText` in the language thread writes. */
type LinkedFunction = (...given: readonly unknown[]) => () => unknown;

function resolveUrl(require: NodeJS.Require, name: string): string {
  const found = require.resolve(name);
  return found.startsWith("/") ? pathToFileURL(found).href : found;
}

/** The virtual path of a notebook's code. */
export function notebookPath(folder: string): string {
  return join(folder, "notebook.mts");
}
