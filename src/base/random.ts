/** Seeded random numbers. Every draw of the library comes from a generator that is passed in. */

/** A stream of random numbers; the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Uniform integer in [0, bound). */
  readonly integer: (bound: number) => number;
  /** Standard normal (Box-Muller, one draw a call). */
  readonly normal: () => number;
}

/**
 * A generator with 128 bits of state (xoshiro128**, Blackman and Vigna 2018), seeded through SplitMix32.
 *
 * @throws RangeError where the seed is not an integer in [0, 2^32).
 */
export function seededRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`Cannot seed a generator: expected an integer in [0, 2^32), got ${String(seed)}`);
  }
  const next = xoshiro128(splitMix32(seed));
  const uniform = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  return {
    uniform,
    integer: (bound) => Math.floor(uniform() * bound),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

function splitMix32(seed: number): [number, number, number, number] {
  let state = seed >>> 0;
  const draw = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  return [draw(), draw(), draw(), draw()];
}

function xoshiro128([a, b, c, d]: [number, number, number, number]): () => number {
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}
