/** Names that live in the notebook: which cell declared each last. */

import type { CellDeclarations } from "./answers.ts";

/** The cells that ran, as later cells see them. */
export interface NotebookScope {
  /** The cell that declared `name` last, if any. */
  readonly cellOf: (name: string) => number | undefined;
  readonly names: () => readonly string[];
  readonly isVariable: (name: string) => boolean;
  readonly declarationsOf: (cell: number) => CellDeclarations | undefined;
  /** Takes over the names of a cell that ran; returns the cells whose declarations are still needed. */
  readonly commit: (cell: number, names: readonly string[], declarations: CellDeclarations) => ReadonlySet<number>;
}

interface CommittedCell {
  readonly declarations: CellDeclarations;
  /** Cells whose declarations these need. */
  readonly mentions: readonly number[];
}

/** An empty notebook. */
export function notebookScope(): NotebookScope {
  const owners = new Map<string, number>();
  const cells = new Map<number, CommittedCell>();
  return {
    cellOf: (name) => owners.get(name),
    names: () => [...owners.keys()],
    isVariable: (name) => cells.get(owners.get(name) ?? -1)?.declarations.variables.includes(name) ?? false,
    declarationsOf: (cell) => cells.get(cell)?.declarations,
    commit: (cell, names, declarations) => {
      if (names.length > 0) cells.set(cell, { declarations, mentions: mentionedCells(declarations.text) });
      for (const name of names) owners.set(name, cell);
      keepReachable(cells, new Set(owners.values()));
      return new Set(cells.keys());
    },
  };
}

/** Drops the declarations that no live cell mentions, so that a notebook's memory follows its names, not its history. */
function keepReachable(cells: Map<number, CommittedCell>, live: ReadonlySet<number>): void {
  const reached = new Set<number>();
  const open = [...live];
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    if (reached.has(cell)) continue;
    reached.add(cell);
    open.push(...(cells.get(cell)?.mentions ?? []));
  }
  for (const cell of cells.keys()) if (!reached.has(cell)) cells.delete(cell);
}

/** Module specifier under which cells import an earlier cell. */
export function cellSpecifier(cell: number): string {
  return `./__cell_${String(cell)}.mjs`;
}

/** The cell a specifier names, if it names one. */
export function cellOfSpecifier(specifier: string): number | undefined {
  const match = /^\.\/__cell_(\d+)\.mjs$/.exec(specifier);
  return match === null ? undefined : Number(match[1]);
}

function mentionedCells(text: string): number[] {
  return [...text.matchAll(/"\.\/__cell_(\d+)\.mjs"/g)].map((match) => Number(match[1]));
}
