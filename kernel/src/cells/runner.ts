/** Runs cells: compiled in the language thread, linked to the names of earlier cells, called so that they can be stopped. */

import { readFileSync } from "node:fs";

import type { CellSource, CompiledCell, RejectedCell } from "../language/answers.ts";
import type { SharedFlags } from "../threads/cells.ts";
import { CellRejected } from "./errors.ts";
import { callInterruptibly } from "./interrupt.ts";
import type { LanguageThread } from "./language.ts";
import { LiveNames } from "./live-names.ts";
import { localFiles } from "./local-files.ts";
import { type ModuleNamespace, notebookModules, type Modules } from "./modules.ts";
import { linkScript, notebookPath } from "./scripts.ts";
import { rememberSource } from "./sources.ts";

/** What cells run in. */
export interface RunnerOptions {
  readonly language: LanguageThread;
  readonly flags: SharedFlags;
  readonly folder: string;
  readonly fallback: string | null;
}

/** One cell to run. */
export interface CellRun {
  readonly cell: number;
  readonly count: number;
  readonly code: string;
  /** Rejects when the cell is stopped, which ends the wait for what it awaits. */
  readonly stopped: Promise<never>;
}

/** What a cell that ran gives. */
export interface CellResult {
  readonly value: unknown;
}

/** Lines before the user's first in a cell's virtual file. */
const headerLines = 1;

/** Compiles and runs cells, and keeps their names. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #modules: Modules;
  readonly #names = new LiveNames();
  #isCompiling = false;
  #keepRunning = (): void => undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { language, flags } = options;
    const files = localFiles({
      compile: (path) => language.call("compileFile", path),
      readCode: (path) => readFileSync(path, "utf8"),
      run: (path, code, { folder, ...link }) => {
        rememberSource(path, {
          name: path,
          code: readFileSync(path, "utf8"),
          map: code.map,
          headerLines: 0,
          cell: null,
        });
        const call = linkScript(code, path, { ...link, flags, path, folder, scopes: [], setResult: () => undefined });
        return callInterruptibly(call, flags);
      },
    });
    this.#modules = notebookModules(options.fallback, files);
  }

  /**
   * Runs a cell; returns its last expression's value, boxed, so that a promise is not awaited.
   *
   * @throws CellRejected where it does not check; whatever it throws itself.
   */
  async run({ cell, count, code, stopped }: CellRun): Promise<CellResult> {
    const name = `Cell [${String(count)}]`;
    const compiled = await this.#compile({ cell, code });
    if (compiled.kind === "rejected") throw new CellRejected(compiled.problems, { place: name, code });
    const { flags, folder } = this.#options;
    const modules = await this.#modules.load(compiled.modules, folder);
    const file = `sightlab-cell:${String(cell)}`;
    rememberSource(file, { name, code, map: compiled.map, headerLines, cell });
    const ran: { value: unknown; names: ModuleNamespace } = { value: undefined, names: {} };
    const call = linkScript(compiled, file, {
      flags,
      folder,
      path: notebookPath(folder),
      importFrom: this.#modules.importFrom(folder),
      setResult: (value) => {
        ran.value = value;
      },
      publish: (names) => {
        // Accessors on a prototype are fast in hot loops; on the object itself they are not.
        ran.names = Object.create(names) as ModuleNamespace;
      },
      scopes: compiled.scopes.map((scope) => this.#names.valuesOf(scope)),
      modules,
    });
    this.#keepRunning = () => {
      this.#keepRunning = () => undefined;
      this.#keep(cell, { compiled, names: ran.names });
    };
    try {
      await Promise.race([callInterruptibly(call, flags), stopped]);
    } finally {
      this.#keepRunning();
    }
    return ran;
  }

  /** Keeps what the running cell has made, where the rest of `run` was lost with what was ended. */
  abandon(): void {
    this.#isCompiling = false;
    this.#keepRunning();
  }

  /** Ends a compile that takes too long: the language thread starts anew, with the names it had. */
  stopCompiling(): void {
    if (this.#isCompiling) this.#options.language.restart();
  }

  async #compile(source: CellSource): Promise<CompiledCell | RejectedCell> {
    this.#isCompiling = true;
    try {
      return await this.#options.language.call("compile", source);
    } finally {
      this.#isCompiling = false;
    }
  }

  /** Keeps the names that have a value: a cell that failed halfway leaves the rest to earlier cells. */
  #keep(cell: number, { compiled, names }: { readonly compiled: CompiledCell; readonly names: ModuleNamespace }): void {
    const kept = [...compiled.types, ...compiled.values.filter((name) => isInitialized(names, name))];
    this.#names.keep(cell, kept, names);
    this.#options.language.commit({ cell, names: kept, declarations: compiled.declarations });
  }
}

function isInitialized(names: ModuleNamespace, name: string): boolean {
  try {
    return name in names && (names[name], true);
  } catch {
    return false; // declared after the statement that failed
  }
}
