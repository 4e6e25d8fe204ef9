/**
 * The distributions that tests and intervals need: standard normal, Student's t, binomial. Accurate to about 1e-12.
 *
 * Source: Numerical Recipes, 3rd edition, sections 6.1 (Lanczos), 6.2 and 6.4 (series and Lentz's continued fractions).
 */

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function, x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = lanczos.reduce((total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(Z <= z) of a standard normal Z. */
export function normalCdf(z: number): number {
  const tail = 0.5 * upperGamma(0.5, (z * z) / 2);
  return z < 0 ? tail : 1 - tail;
}

/** P(|Z| >= |z|) of a standard normal Z; keeps its digits far out, where 1 - cdf has none. */
export function normalTwoSided(z: number): number {
  return upperGamma(0.5, (z * z) / 2);
}

/**
 * The z with P(Z <= z) = p.
 *
 * @throws RangeError where p is not in (0, 1).
 */
export function normalQuantile(p: number): number {
  return quantile(normalCdf, p);
}

/** P(|T| >= |t|) of Student's t with `degrees` of freedom. */
export function studentTwoSided(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? NaN : 0;
  return regularizedBeta(degrees / (degrees + t * t), { a: degrees / 2, b: 0.5 });
}

/**
 * The t with P(T <= t) = p for Student's t with `degrees` of freedom.
 *
 * @throws RangeError where p is not in (0, 1).
 */
export function studentQuantile(p: number, degrees: number): number {
  return quantile((t) => {
    const tail = studentTwoSided(t, degrees) / 2;
    return t < 0 ? tail : 1 - tail;
  }, p);
}

/** P(X <= k) of a binomial X with n trials of probability one half. */
export function fairBinomialCdf(k: number, n: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i++) sum += fairBinomialProbability(i, n);
  return Math.min(1, sum);
}

/** P(X = k) of a binomial X with n trials of probability one half. */
export function fairBinomialProbability(k: number, n: number): number {
  return Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);
}

/** Bisection on a distribution function that is symmetric about 0. */
function quantile(cdf: (x: number) => number, p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`Cannot invert a distribution: expected p in (0, 1), got ${p}`);
  if (p === 0.5) return 0;
  if (p > 0.5) return -quantile(cdf, 1 - p);
  let low = -1;
  while (cdf(low) > p) low *= 2;
  let high = 0;
  while (high - low > 1e-14 * -low) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularized upper incomplete gamma function Q(a, x). */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * scale;
  }
  const b = x + 1 - a;
  return scale / continuedFraction(b, (n) => ({ numerator: n * (a - n), denominator: b + 2 * n }));
}

/** Regularized incomplete beta function I_x(a, b). */
function regularizedBeta(x: number, { a, b }: { readonly a: number; readonly b: number }): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, { a: b, b: a });
  const logScale = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const fraction = continuedFraction(1, (n) => {
    const m = Math.floor(n / 2);
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    return { numerator: n % 2 === 0 ? even : odd, denominator: 1 };
  });
  return Math.exp(logScale) / a / fraction;
}

/** b0 + a1 / (b1 + a2 / (b2 + ...)) by Lentz's method. */
function continuedFraction(
  first: number,
  step: (n: number) => { readonly numerator: number; readonly denominator: number },
): number {
  const tiny = 1e-300;
  let value = first === 0 ? tiny : first;
  let c = value;
  let d = 0;
  for (let n = 1; n < 10_000; n++) {
    const { numerator, denominator } = step(n);
    d = 1 / (denominator + numerator * d || tiny);
    c = denominator + numerator / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}
