/** Which tokens to compute once for several sequences: sequences that start alike share the keys and values of the start. */

/** A sequence to compute. */
export interface Sequence {
  readonly ids: readonly number[];
}

/** Sequences whose first `end` tokens are equal, and worth computing once. */
export interface SharedStart<S extends Sequence> {
  readonly end: number;
  readonly sequences: readonly S[];
}

/** What follows a prefix: starts that several sequences share, and sequences that go on alone. */
export interface Partition<S extends Sequence> {
  readonly shared: readonly SharedStart<S>[];
  readonly single: readonly S[];
}

/** What one more forward pass costs, in tokens: it reads all weights, which takes about as long as these. */
export const passCost = 64;

/** Sequences in the order of their ids, so that those that start alike stand together. */
export function sortByIds<S extends Sequence>(sequences: readonly S[]): readonly S[] {
  return [...sequences].sort((a, b) => {
    const common = commonLength(a.ids, b.ids);
    return (a.ids[common] ?? -1) - (b.ids[common] ?? -1);
  });
}

/** Divides sorted sequences, which agree on their first `depth` tokens, by what they share after them. */
export function partition<S extends Sequence>(sequences: readonly S[], depth: number): Partition<S> {
  const shared: SharedStart<S>[] = [];
  const single: S[] = [];
  const divide = (group: readonly S[]): void => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return;
    const end = commonLength(first.ids, last.ids);
    if (group.length === 1) single.push(first);
    else if ((end - depth) * (group.length - 1) >= passCost) shared.push({ end, sequences: group });
    else byNextId(group, end).forEach(divide);
  };
  byNextId(sequences, depth).forEach(divide);
  return { shared, single };
}

/** Runs of sequences with the same id at a place; those that end there come alone. */
function byNextId<S extends Sequence>(sequences: readonly S[], place: number): readonly (readonly S[])[] {
  const groups: S[][] = [];
  for (const sequence of sequences) {
    const id = sequence.ids[place];
    const group = groups.at(-1);
    if (group !== undefined && id !== undefined && group[0]?.ids[place] === id) group.push(sequence);
    else groups.push([sequence]);
  }
  return groups;
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length;
}
