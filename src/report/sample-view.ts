/** What the views of single questions share: finding samples, and the choices of one set with their scores. */

import { type SampleRow } from "../result/rows.ts";
import { type ResultTable, sampleRows } from "../result/table.ts";

/** One choice as one model scored it. `share` is the length of its bar, in [0, 1]. */
export interface ChoiceView {
  readonly text: string;
  readonly isRight: boolean;
  readonly isPreferred: boolean;
  /** Sum over the tokens of the choice, natural logarithm; null where it could not be scored. */
  readonly nats: number | null;
  readonly share: number;
}

/**
 * The samples of one benchmark, by model in the order of the results.
 *
 * @throws RangeError naming what there is, where the results have no such benchmark.
 */
export function samplesByModel(results: ResultTable, benchmark: string): ReadonlyMap<string, readonly SampleRow[]> {
  const models = new Map<string, SampleRow[]>();
  for (const row of sampleRows(results, { benchmark })) {
    const rows = models.get(row.model);
    if (rows === undefined) models.set(row.model, [row]);
    else rows.push(row);
  }
  if (models.size === 0) {
    const names: unknown[] = Array.from(results.samples.getChild("benchmark") ?? []);
    const there = [...new Set(names.map(String))].join(", ");
    throw new RangeError(`Cannot find samples of "${benchmark}" in the results: expected one of ${there}`);
  }
  return models;
}

/** The choices of one set of a sample; without a name, of the first set. */
export function choicesOf(sample: SampleRow, set: string = sample.choiceSets[0] ?? ""): readonly ChoiceView[] {
  const indices = sample.choices.map((_, index) => index).filter((index) => sample.choiceSets[index] === set);
  const nats = indices.map((index) => sample.loglikelihoods[index] ?? null);
  const finite = nats.filter((value): value is number => value !== null && Number.isFinite(value));
  const preferred = sample.prediction === null || nats.includes(null) ? -1 : preferredOf(sample, indices);
  return indices.map((index, position) => ({
    text: sample.choices[index] ?? "",
    isRight: sample.isRight[index] ?? false,
    isPreferred: index === preferred,
    nats: nats[position] ?? null,
    share: shareOf(nats[position] ?? null, finite),
  }));
}

/** The recorded prediction is of the first set; in another set it is the most likely choice. */
function preferredOf(sample: SampleRow, indices: readonly number[]): number {
  if (indices[0] === 0) return sample.prediction ?? -1;
  const score = (index: number): number => sample.loglikelihoods[index] ?? -Infinity;
  return indices.reduce((best, index) => (score(index) > score(best) ? index : best), indices[0] ?? -1);
}

/** The best choice has a full bar, the worst a short one, the others lie between in proportion. */
function shareOf(nats: number | null, all: readonly number[]): number {
  if (nats === null || !Number.isFinite(nats)) return 0;
  const best = Math.max(...all);
  const worst = Math.min(...all);
  return best === worst ? 1 : 0.05 + (0.95 * (nats - worst)) / (best - worst);
}
