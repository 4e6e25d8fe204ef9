/**
 * CPython's `random.Random`, bit for bit: lm-evaluation-harness shuffles documents, draws few-shot examples and orders
 * scenarios with it, so that the same generator is needed to ask a model the same questions.
 *
 * Source: CPython 3.11 Modules/_randommodule.c and Lib/random.py; MT19937 of Matsumoto and Nishimura (1998).
 */

import { createHash } from "node:crypto";

/** A stream of random numbers that equals `random.Random(seed)` of CPython 3. */
export interface PythonRandom {
  /** Uniform in [0, 1), 53 bits. */
  readonly random: () => number;
  /** Uniform integer of `bits` random bits, 1 <= bits <= 53. */
  readonly getrandbits: (bits: number) => number;
  /** Uniform integer in [0, bound), as `_randbelow`. */
  readonly randbelow: (bound: number) => number;
  /** Shuffles in place. */
  readonly shuffle: (items: unknown[]) => void;
  /** Draws `count` items without replacement, in CPython's order. */
  readonly sample: <T>(population: readonly T[], count: number) => T[];
}

const stateLength = 624;
const period = 397;

/**
 * A generator in the state of `random.Random(seed)`: integers through init_by_array, strings as seed version 2.
 *
 * @throws RangeError where a number is not a safe integer.
 */
export function pythonRandom(seed: number | bigint | string): PythonRandom {
  const next = mersenneTwister(initByArray(seedWords(seed)));
  const getrandbits = (bits: number): number => randomBits(next, bits);
  const randbelow = (bound: number): number => {
    checkBound(bound);
    const bits = bitLength(bound);
    let drawn = getrandbits(bits);
    while (drawn >= bound) drawn = getrandbits(bits);
    return drawn;
  };
  return {
    random: () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53,
    getrandbits,
    randbelow,
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = randbelow(i + 1);
        [items[i], items[j]] = [items[j], items[i]];
      }
    },
    sample: (population, count) => drawSample(population, { count, randbelow }),
  };
}

function drawSample<T>(
  population: readonly T[],
  { count, randbelow }: { readonly count: number; readonly randbelow: (bound: number) => number },
): T[] {
  const size = population.length;
  if (!Number.isInteger(count) || count < 0 || count > size) {
    throw new RangeError(`Cannot draw a sample: expected a count in [0, ${size}], got ${count}`);
  }
  return size <= poolLimit(count)
    ? sampleFromPool([...population], { count, randbelow })
    : sampleByRejection(population, { count, randbelow });
}

/** Up to this size CPython copies the population; above it, it remembers what it drew. */
function poolLimit(count: number): number {
  let limit = 21;
  if (count > 5) {
    let power = 1;
    while (power < 3 * count) power *= 4;
    limit += power;
  }
  return limit;
}

interface Draw {
  readonly count: number;
  readonly randbelow: (bound: number) => number;
}

function sampleFromPool<T>(pool: T[], { count, randbelow }: Draw): T[] {
  const size = pool.length;
  return Array.from({ length: count }, (_, i) => {
    const j = randbelow(size - i);
    const drawn = pool[j] as T; // j < size - i <= pool.length
    pool[j] = pool[size - i - 1] as T; // the same bound
    return drawn;
  });
}

function sampleByRejection<T>(population: readonly T[], { count, randbelow }: Draw): T[] {
  const taken = new Set<number>();
  return Array.from({ length: count }, () => {
    let j = randbelow(population.length);
    while (taken.has(j)) j = randbelow(population.length);
    taken.add(j);
    return population[j] as T; // j < population.length
  });
}

function seedWords(seed: number | bigint | string): Uint32Array {
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw new RangeError(`Cannot seed a generator: expected an integer, got ${seed}`);
  }
  const value = typeof seed === "string" ? stringSeed(seed) : BigInt(seed);
  const words: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return Uint32Array.from(words.length === 0 ? [0] : words);
}

/** Seed version 2: the UTF-8 bytes followed by their SHA-512 digest, read as one big-endian integer. */
function stringSeed(text: string): bigint {
  const bytes = Buffer.from(text, "utf8");
  const digest = createHash("sha512").update(bytes).digest();
  return BigInt(`0x${Buffer.concat([bytes, digest]).toString("hex")}`);
}

/** Uniform integers of 32 bits from a state of 624 words, which it changes. */
export function mersenneTwister(state: Uint32Array): () => number {
  let index = stateLength;
  return () => {
    if (index >= stateLength) {
      twist(state);
      index = 0;
    }
    let y = at(state, index++);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let k = 0; k < stateLength; k++) {
    const y = (at(state, k) & 0x80000000) | (at(state, (k + 1) % stateLength) & 0x7fffffff);
    state[k] = at(state, (k + period) % stateLength) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

function initByArray(key: Uint32Array): Uint32Array {
  const state = initBySeed(19650218);
  let i = 1;
  let j = 0;
  const step = (multiplier: number, add: number, sign: 1 | -1): void => {
    const previous = at(state, i - 1);
    state[i] = (at(state, i) ^ Math.imul(previous ^ (previous >>> 30), multiplier)) + sign * add;
    i += 1;
    if (i >= stateLength) {
      state[0] = at(state, stateLength - 1);
      i = 1;
    }
  };
  for (let k = Math.max(stateLength, key.length); k > 0; k--) {
    step(1664525, at(key, j) + j, 1);
    j = (j + 1) % key.length;
  }
  for (let k = stateLength - 1; k > 0; k--) step(1566083941, i, -1);
  state[0] = 0x80000000;
  return state;
}

/** The state that a seed of 32 bits gives (init_genrand). */
export function initBySeed(seed: number): Uint32Array {
  const state = new Uint32Array(stateLength);
  state[0] = seed;
  for (let i = 1; i < stateLength; i++) {
    const previous = at(state, i - 1);
    state[i] = Math.imul(previous ^ (previous >>> 30), 1812433253) + i;
  }
  return state;
}

function randomBits(next: () => number, bits: number): number {
  if (!Number.isInteger(bits) || bits < 1 || bits > 53) {
    throw new RangeError(`Cannot draw random bits: expected 1 to 53 bits, got ${bits}`);
  }
  if (bits <= 32) return next() >>> (32 - bits);
  const low = next();
  return (next() >>> (64 - bits)) * 2 ** 32 + low;
}

function checkBound(bound: number): void {
  if (!Number.isSafeInteger(bound) || bound < 1) {
    throw new RangeError(`Cannot draw below ${bound}: expected an integer of at least 1, got ${bound}`);
  }
}

function bitLength(value: number): number {
  return value.toString(2).length;
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}
