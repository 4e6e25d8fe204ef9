/** Token F1: overlap of two bags of words, the measure of extracted answers (Rajpurkar et al. 2016). */

/**
 * Harmonic mean of precision and recall over words, each counted as often as it stands; a fraction, higher is better.
 * Where either is empty it is 1 if both are, else 0.
 */
export function tokenF1(prediction: readonly string[], reference: readonly string[]): number {
  if (prediction.length === 0 || reference.length === 0) return Number(prediction.length === reference.length);
  const left = new Map<string, number>();
  for (const word of reference) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of prediction) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common += 1;
  }
  if (common === 0) return 0;
  const precision = common / prediction.length;
  const recall = common / reference.length;
  return (2 * precision * recall) / (precision + recall);
}
