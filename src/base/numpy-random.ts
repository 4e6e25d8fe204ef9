/**
 * NumPy's old global generator (`numpy.random.seed`), bit for bit: the paper's evaluation draws its questions and
 * demonstrations with it, and the corruptions of ImageNet-C their noise.
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
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Standard normal, by the polar method; every second one is kept from the draw before. */
  readonly normal: () => number;
  /** A count with this mean, at least 0. */
  readonly poisson: (mean: number) => number;
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
  const uniform = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  return {
    uniform,
    normal: polarNormal(uniform),
    poisson: (mean) => (mean >= 10 ? largePoisson(mean, uniform) : smallPoisson(mean, uniform)),
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

function polarNormal(uniform: () => number): () => number {
  let kept: number | null = null;
  return () => {
    if (kept !== null) {
      const found = kept;
      kept = null;
      return found;
    }
    let [a, b, square] = [0, 0, 0];
    do {
      a = 2 * uniform() - 1;
      b = 2 * uniform() - 1;
      square = a * a + b * b;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    kept = factor * a;
    return factor * b;
  };
}

function smallPoisson(mean: number, uniform: () => number): number {
  if (mean === 0) return 0;
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > least; product *= uniform()) count += 1;
  return count;
}

/** Hoermann's transformed rejection (1993), from a mean of 10 on. */
function largePoisson(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  const quick = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= quick) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const bound = -mean + k * Math.log(mean) - logGamma(k + 1);
    if (Math.log(v) + Math.log(inverse) - Math.log(a / (us * us) + b) <= bound) return k;
  }
}

/** Coefficients of Stirling's series, the last first. */
const stirling = [
  -1.3924322169059, 1.796443723688307e-1, -2.955065359477124e-2, 6.41025641025641e-3, -1.917526917526918e-3,
  8.417508417508418e-4, -5.952380952380952e-4, 7.936507936507937e-4, -2.777777777777778e-3, 8.333333333333333e-2,
];

/** Natural logarithm of the gamma function, for whole numbers from 1 on. */
function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  const shift = x < 7 ? 7 - x : 0;
  let at = x + shift;
  const inverseSquare = 1 / at / at;
  const series = stirling.reduce((sum, coefficient) => sum * inverseSquare + coefficient, 0);
  let found = series / at + 0.5 * Math.log(2 * Math.PI) + (at - 0.5) * Math.log(at) - at;
  for (let k = 0; k < shift; k++) {
    found -= Math.log(at - 1);
    at -= 1;
  }
  return found;
}
