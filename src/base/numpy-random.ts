/**
 * NumPy's old global generator (`numpy.random.seed`, `.choice`), bit for bit: the paper's evaluation draws its questions and
 * demonstrations with it.
 *
 * Source: numpy 2.4 numpy/random/mtrand.pyx, src/legacy and src/distributions (random_interval).
 */

import { initBySeed, mersenneTwister } from "./python-random.ts";

/** A stream of random numbers that equals `numpy.random.RandomState(seed)`. */
export interface NumpyRandom {
  /** Uniform integer in [0, bound), as `randint(bound)` and `choice` of a list draw it. */
  readonly integer: (bound: number) => number;
  /** The numbers 0 to n - 1 in random order; the first k of them are `choice(n, k, replace=False)`. */
  readonly permutation: (n: number) => Int32Array;
}

/**
 * A generator in the state of `numpy.random.RandomState(seed)`.
 *
 * @throws RangeError where the seed is not an integer in [0, 2^32).
 */
export function numpyRandom(seed: number): NumpyRandom {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`Cannot seed a generator: expected an integer in [0, 2^32), got ${seed}`);
  }
  const next = mersenneTwister(initBySeed(seed));
  const upTo = (largest: number): number => {
    if (largest === 0) return 0;
    const mask = largest >= 2 ** 31 ? 0xffffffff : 2 ** (32 - Math.clz32(largest)) - 1;
    let drawn = (next() & mask) >>> 0;
    while (drawn > largest) drawn = (next() & mask) >>> 0;
    return drawn;
  };
  return {
    integer: (bound) => upTo(bound - 1),
    permutation: (n) => {
      const order = Int32Array.from({ length: n }, (_, index) => index);
      for (let i = n - 1; i > 0; i--) {
        const j = upTo(i);
        [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
      }
      return order;
    },
  };
}
