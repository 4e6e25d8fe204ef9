/** Numbers from the log-likelihoods of a question's choices. */

/** Index of the largest value, the first one among equals, as numpy's argmax. Throws nothing: -1 for no values. */
export function argmax(values: readonly number[]): number {
  let best = -1;
  for (const [index, value] of values.entries()) {
    if (best === -1 || value > (values[best] ?? -Infinity)) best = index;
  }
  return best;
}

/**
 * The share of probability on the first `rightCount` choices, p = exp(sum of log-likelihoods), in [0, 1].
 *
 * Source: TruthfulQA mc2 as lm-evaluation-harness@00209e10f computes it. Where every p underflows (long answers, weak
 * models) the harness has NaN; here the largest log-likelihood is taken out first, which is the same number.
 */
export function probabilityShare(loglikelihoods: readonly number[], rightCount: number): number {
  const direct = shareOf(loglikelihoods.map(Math.exp), rightCount);
  if (direct.total > 1e-290) return direct.share;
  const largest = Math.max(...loglikelihoods);
  return shareOf(
    loglikelihoods.map((value) => Math.exp(value - largest)),
    rightCount,
  ).share;
}

function shareOf(p: readonly number[], rightCount: number): { readonly share: number; readonly total: number } {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const right = p.slice(0, rightCount);
  const total = sum(right) + sum(p.slice(rightCount));
  return { share: sum(right.map((value) => value / total)), total };
}
