/** TypeScript files of the user's: compiled like cells, linked here, loaded again when they or what they import change. */

import { statSync } from "node:fs";
import { dirname } from "node:path";

import type { CompiledCode, RejectedCell } from "../language/answers.ts";
import { CellRejected } from "./errors.ts";
import type { LocalFiles, ModuleNamespace, Modules } from "./modules.ts";

/** How a file is compiled and run. */
export interface LocalFilesOptions {
  readonly compile: (path: string) => Promise<CompiledCode | RejectedCell>;
  readonly readCode: (path: string) => string;
  /** Runs compiled code; `publish` is called with its names before its first statement. */
  readonly run: (path: string, code: CompiledCode, link: FileLink) => unknown;
}

/** What a file's function is given. */
export interface FileLink {
  readonly folder: string;
  readonly modules: readonly ModuleNamespace[];
  readonly importFrom: ReturnType<Modules["importFrom"]>;
  readonly publish: (names: ModuleNamespace, stars: readonly ModuleNamespace[]) => void;
}

interface LoadedFile {
  readonly modified: number;
  readonly imports: readonly string[];
  readonly namespace: Record<string, unknown>;
  readonly done: Promise<unknown>;
}

/** No file loaded yet. */
export function localFiles({ compile, readCode, run }: LocalFilesOptions): LocalFiles {
  const loaded = new Map<string, LoadedFile>();
  const isFresh = (path: string, seen = new Set<string>()): boolean => {
    if (seen.has(path)) return true;
    seen.add(path);
    const file = loaded.get(path);
    if (file?.modified !== modifiedMs(path)) return false;
    return file.imports.every((inner) => isFresh(inner, seen));
  };
  const load = async (
    path: string,
    { modules, opening }: { readonly modules: Modules; readonly opening: ReadonlySet<string> },
  ): Promise<ModuleNamespace> => {
    const known = loaded.get(path);
    if (known !== undefined && (opening.has(path) || isFresh(path))) {
      if (!opening.has(path)) await known.done; // a circle of imports cannot wait for itself
      return known.namespace;
    }
    const modified = modifiedMs(path);
    const code = await compile(path);
    if ("kind" in code) throw new CellRejected(code.problems, { place: path, code: readCode(path) });
    const imports = code.modules.flatMap(({ localFile }) => (localFile === null ? [] : [localFile]));
    const namespace: Record<string, unknown> = {};
    const inside: LocalFiles = { open: (inner) => load(inner, { modules, opening: new Set([...opening, path]) }) };
    const done = (async (): Promise<void> => {
      const parts = await modules.load(code.modules, dirname(path), inside);
      const publish: FileLink["publish"] = (names, stars) => {
        for (const part of [...stars, names]) {
          Object.defineProperties(namespace, Object.getOwnPropertyDescriptors(part));
        }
      };
      await run(path, code, {
        folder: dirname(path),
        modules: parts,
        importFrom: modules.importFrom(dirname(path)),
        publish,
      });
    })();
    loaded.set(path, { modified, imports, namespace, done });
    try {
      await done;
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    return namespace;
  };
  return { open: (path, modules) => load(path, { modules, opening: new Set() }) };
}

function modifiedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
