/** Sets of UTF-16 code units as sorted ranges, and the classes of units that no set of a collection tells apart. */

/** Ranges of code units, both ends included; sorted and apart from each other once `normalized`. */
export type CharacterSet = readonly (readonly [number, number])[];

const lastUnit = 0xffff;

/** Units beyond ASCII that fold to an ASCII letter under the simple case mappings, both ways (JFlex's `caseless`). */
const foldsToAscii: Readonly<Record<string, string>> = { i: "İı", k: "\u212a", s: "ſ" };

/** The same units in fewest ranges, in order. */
export function normalized(ranges: CharacterSet): CharacterSet {
  const merged: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

/** The set of a unit and, where it is an ASCII letter, its other case. */
export function bothCases(unit: number): CharacterSet {
  const lower = String.fromCharCode(unit).toLowerCase();
  if (!/^[a-z]$/.test(lower)) return [[unit, unit]];
  const cases = lower + lower.toUpperCase() + (foldsToAscii[lower] ?? "");
  return normalized(Array.from(cases, (character) => [character.charCodeAt(0), character.charCodeAt(0)] as const));
}

/** All units that are not in the set. */
export function complement(set: CharacterSet): CharacterSet {
  const rest: [number, number][] = [];
  let from = 0;
  for (const [low, high] of normalized(set)) {
    if (low > from) rest.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= lastUnit) rest.push([from, lastUnit]);
  return rest;
}

/** Classes of code units: two units share a class where every set holds both or neither. */
export interface Partition {
  /** The class of each code unit. */
  readonly classes: Uint16Array;
  /** Whether set `index` holds the units of a class. */
  readonly contains: (index: number, character: number) => boolean;
}

/** The coarsest partition that respects all sets. */
export function partition(sets: readonly CharacterSet[]): Partition {
  const bounds = new Set([0]);
  for (const set of sets) for (const [low, high] of set) bounds.add(low).add(high + 1);
  const starts = [...bounds].filter((bound) => bound <= lastUnit).sort((a, b) => a - b);
  const members = starts.map((): number[] => []);
  const position = new Map(starts.map((start, i) => [start, i]));
  for (const [index, set] of sets.entries()) {
    for (const [low, high] of set) {
      for (let i = position.get(low) ?? 0; i < starts.length && (starts[i] ?? 0) <= high; i++) members[i]?.push(index);
    }
  }
  return classify(starts, members);
}

/** Gives the runs of units from each start a class by the sets that hold them, which are in ascending order. */
function classify(starts: readonly number[], members: readonly (readonly number[])[]): Partition {
  const classes = new Uint16Array(lastUnit + 1);
  const known = new Map<string, number>();
  const holders: ReadonlySet<number>[] = [];
  for (const [i, start] of starts.entries()) {
    const holding = members[i] ?? [];
    const key = holding.join();
    const character = known.get(key) ?? holders.push(new Set(holding)) - 1;
    known.set(key, character);
    classes.fill(character, start, starts[i + 1] ?? lastUnit + 1);
  }
  return { classes, contains: (index, character) => holders[character]?.has(index) ?? false };
}
