/**
 * Numbers for n-grams: an n-gram is its first n - 1 words' number and its last word's number, kept in one open-addressed
 * table. Counting by number instead of by text is what makes corpus metrics fast.
 */

/** The longest n-gram of BLEU and CIDEr. */
export const maxOrder = 4;

/** The n-grams of one text and how often each stands there, grouped by order. */
export interface NgramCounts {
  /** Distinct n-grams, those of order 1 first. */
  readonly ids: Int32Array;
  /** How often each stands in the text, beside `ids`. */
  readonly counts: Int32Array;
  /** Where the n-grams of order k + 1 end in `ids`. */
  readonly ends: readonly number[];
  /** Words of the text. */
  readonly length: number;
}

/** Numbers n-grams from 1 in order of first sight; the texts that it counts can be compared with each other. */
export interface NgramIndex {
  readonly count: (words: readonly string[]) => NgramCounts;
  /** One more than the largest number so far: the length of an array by n-gram. */
  readonly size: () => number;
}

/** An empty index. */
export function ngramIndex(): NgramIndex {
  const words = new Map<string, number>();
  const table = pairTable();
  let place = new Int32Array(64); // by n-gram: 1 + where it stands in the text that is being counted
  let ids = new Int32Array(64);
  let counts = new Int32Array(64);
  let prefixes = new Int32Array(16);
  const keep = arena();
  const makeRoom = (length: number): void => {
    const atMost = maxOrder * length;
    if (atMost > ids.length) [ids, counts] = [grown(ids, atMost), grown(counts, atMost)];
    if (length > prefixes.length) prefixes = grown(prefixes, length);
    if (table.size() + atMost > place.length) place = grown(place, table.size() + atMost);
  };
  const count = (text: readonly string[]): NgramCounts => {
    makeRoom(text.length);
    prefixes.fill(0, 0, text.length);
    let distinct = 0;
    const numbers = text.map((word) => numberOf(word, words));
    const ends = Array.from({ length: maxOrder }, (_, order) => {
      for (let start = 0; start + order < numbers.length; start++) {
        const id = table.numberOf(prefixes[start] ?? 0, numbers[start + order] ?? 0);
        prefixes[start] = id;
        const at = place[id] ?? 0;
        if (at > 0) {
          counts[at - 1] = (counts[at - 1] ?? 0) + 1;
        } else {
          ids[distinct] = id;
          counts[distinct] = 1;
          place[id] = distinct += 1;
        }
      }
      return distinct;
    });
    for (let i = 0; i < distinct; i++) place[ids[i] ?? 0] = 0;
    return { ids: keep(ids, distinct), counts: keep(counts, distinct), ends, length: text.length };
  };
  return { count, size: table.size };
}

/** Copies short arrays into parts of long ones: memory of its own for each costs more than what stands in it. */
function arena(): (source: Int32Array, length: number) => Int32Array {
  let block = new Int32Array(0);
  let used = 0;
  return (source, length) => {
    if (used + length > block.length) [block, used] = [new Int32Array(Math.max(1 << 16, length)), 0];
    const part = block.subarray(used, (used += length));
    for (let i = 0; i < length; i++) part[i] = source[i] ?? 0;
    return part;
  };
}

function numberOf(word: string, numbers: Map<string, number>): number {
  const known = numbers.get(word);
  if (known !== undefined) return known;
  numbers.set(word, numbers.size + 1);
  return numbers.size;
}

function grown(array: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * Math.max(least, array.length));
  larger.set(array);
  return larger;
}

interface PairTable {
  readonly numberOf: (first: number, second: number) => number;
  readonly size: () => number;
}

/** Numbers pairs of numbers from 1; open addressing with linear probing, at most half full, one slot four words. */
function pairTable(): PairTable {
  let capacity = 1 << 12;
  let slots = new Int32Array(4 * capacity); // number (0: free slot), first, second, unused
  let size = 1;
  const slotOf = (first: number, second: number): number => {
    let slot = hashPair(first, second) & (capacity - 1);
    for (;;) {
      const at = 4 * slot;
      if (slots[at] === 0 || (slots[at + 1] === first && slots[at + 2] === second)) return at;
      slot = (slot + 1) & (capacity - 1);
    }
  };
  const grow = (): void => {
    const old = slots;
    capacity *= 4;
    slots = new Int32Array(4 * capacity);
    for (let at = 0; at < old.length; at += 4) {
      const number = old[at] ?? 0;
      if (number === 0) continue;
      const to = slotOf(old[at + 1] ?? 0, old[at + 2] ?? 0);
      for (let i = 0; i < 3; i++) slots[to + i] = old[at + i] ?? 0;
    }
  };
  return {
    numberOf: (first, second) => {
      const at = slotOf(first, second);
      const known = slots[at] ?? 0;
      if (known > 0) return known;
      slots[at] = size;
      slots[at + 1] = first;
      slots[at + 2] = second;
      size += 1;
      if (2 * size > capacity) grow();
      return size - 1;
    },
    size: () => size,
  };
}

function hashPair(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
