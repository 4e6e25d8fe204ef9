/** Names that live in the notebook: which cell declared each last. */

import type { CellDeclarations } from "./answers.ts";

/** The cells that ran, as later cells see them. */
export interface NotebookScope {
  /** The cell that declared `name` last, if any. */
  readonly cellOf: (name: string) => number | undefined;
  readonly names: () => readonly string[];
  readonly isVariable: (name: string) => boolean;
  readonly declarationsOf: (cell: number) => CellDeclarations | undefined;
  /** Takes over the names of a cell that ran; returns the cells whose declarations are no longer needed. */
  readonly commit: (cell: number, names: readonly string[], declarations: CellDeclarations) => readonly number[];
}

interface CommittedCell {
  readonly declarations: CellDeclarations;
  /** Cells whose declarations these need; all of them are earlier. */
  readonly mentions: readonly number[];
  /** How many names are still its own, and how many of the cells that are kept mention it. */
  uses: number;
}

/** An empty notebook. Its memory follows its names, not its history: declarations that nothing needs are dropped. */
export function notebookScope(): NotebookScope {
  const owners = new Map<string, number>();
  const cells = new Map<number, CommittedCell>();
  const use = (cell: number): void => {
    const known = cells.get(cell);
    if (known !== undefined) known.uses += 1;
  };
  const release = (unused: number[]): readonly number[] => {
    const dropped: number[] = [];
    for (let cell = unused.pop(); cell !== undefined; cell = unused.pop()) {
      const known = cells.get(cell);
      if (known === undefined || --known.uses > 0) continue;
      cells.delete(cell);
      dropped.push(cell);
      unused.push(...known.mentions);
    }
    return dropped;
  };
  return {
    cellOf: (name) => owners.get(name),
    names: () => [...owners.keys()],
    isVariable: (name) => cells.get(owners.get(name) ?? -1)?.declarations.variables.includes(name) ?? false,
    declarationsOf: (cell) => cells.get(cell)?.declarations,
    commit: (cell, names, declarations) => {
      if (names.length === 0) return [cell];
      const mentions = mentionedCells(declarations.text);
      for (const other of mentions) use(other);
      cells.set(cell, { declarations, mentions, uses: names.length });
      const former = names.flatMap((name) => owners.get(name) ?? []);
      for (const name of names) owners.set(name, cell);
      return release(former);
    },
  };
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
