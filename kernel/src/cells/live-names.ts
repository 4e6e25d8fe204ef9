/** The names of the cells that ran, with their values, each until a later cell declares it anew. */

import type { ModuleNamespace } from "./modules.ts";

/** Which cell's value each name has. */
export class LiveNames {
  readonly #owners = new Map<string, number>();
  readonly #cells = new Map<number, { readonly values: ModuleNamespace; names: number }>();

  /** The values of a cell; nothing where none of its names is live. */
  valuesOf(cell: number): ModuleNamespace {
    return this.#cells.get(cell)?.values ?? {};
  }

  /** Takes over `names` of a cell, and drops the cells that are left without any. */
  keep(cell: number, names: readonly string[], values: ModuleNamespace): void {
    if (names.length > 0) this.#cells.set(cell, { values, names: names.length });
    for (const name of names) {
      const former = this.#owners.get(name);
      this.#owners.set(name, cell);
      if (former !== undefined) this.#release(former);
    }
  }

  #release(cell: number): void {
    const known = this.#cells.get(cell);
    if (known === undefined) return;
    known.names -= 1;
    if (known.names === 0) this.#cells.delete(cell);
  }
}
