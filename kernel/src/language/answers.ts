/** What the language thread is asked and what it answers; plain values that cross threads. */

import type { CompleteReply } from "../messages/complete.ts";
import type { InspectReply } from "../messages/inspect.ts";
import type { IsCompleteReply } from "../messages/is-complete.ts";

/** One cell to compile. `cell` is unique in the life of the kernel. */
export interface CellSource {
  readonly cell: number;
  readonly code: string;
}

/** One module a cell or local file imports. */
export interface ModuleImport {
  readonly specifier: string;
  /** Names that must be there at run time; `*` and the default are not listed. */
  readonly names: readonly string[];
  /** Where the types were found, and so where the module is loaded from. */
  readonly origin: "folder" | "fallback";
  /** Absolute path, where the module is a TypeScript file of the user's. */
  readonly localFile: string | null;
}

/** JavaScript made from a cell or a local file: the text of a function expression, see `rewrite.ts`. */
export interface CompiledCode {
  readonly code: string;
  /** Source map, JSON; lines of the map's source are those of the cell. */
  readonly map: string;
  readonly modules: readonly ModuleImport[];
  /** Names with a value at run time that the code publishes. */
  readonly values: readonly string[];
}

/** A cell that may run. */
export interface CompiledCell extends CompiledCode {
  readonly kind: "compiled";
  /** Names that are types only. */
  readonly types: readonly string[];
  /** Earlier cells whose names the code reads. */
  readonly scopes: readonly number[];
  /** What later cells are checked against. */
  readonly declarations: CellDeclarations;
}

/** The types of a cell that ran: its emitted declarations, or its source where there is no declaration for it. */
export interface CellDeclarations {
  readonly extension: ".d.mts" | ".mts";
  readonly text: string;
  /** Names declared with `let` or `var`, which later cells may assign. */
  readonly variables: readonly string[];
}

/** One diagnostic, placed in the cell's own lines. */
export interface Problem {
  readonly code: number;
  readonly message: string;
  /** First line is 1. */
  readonly line: number;
  /** First column is 1, in UTF-16 units. */
  readonly column: number;
  readonly length: number;
}

/** Code that does not check. */
export interface RejectedCell {
  readonly kind: "rejected";
  readonly problems: readonly Problem[];
}

/** A cell that ran; its names replace those of the same name. */
export interface CellCommit {
  readonly cell: number;
  readonly names: readonly string[];
  readonly declarations: CellDeclarations;
}

/** A place in code that has not run. */
export interface CursorPlace {
  readonly code: string;
  /** In UTF-16 units. */
  readonly cursor: number;
}

/** What the language thread answers to both other threads. */
export interface LanguageMethods {
  readonly compile: (source: CellSource) => CompiledCell | RejectedCell;
  readonly compileFile: (path: string) => CompiledCode | RejectedCell;
  /** Returns the cells whose declarations are no longer needed. */
  readonly commit: (commit: CellCommit) => readonly number[];
  readonly complete: (place: CursorPlace) => CompleteReply;
  readonly inspect: (place: CursorPlace & { readonly detail: 0 | 1 }) => InspectReply;
  readonly isComplete: (code: string) => IsCompleteReply;
  readonly [method: string]: (argument: never) => unknown;
}

/** What the language thread is started with. */
export interface LanguageData {
  readonly folder: string;
  readonly fallback: string | null;
}
