/**
 * What rules score that never read the question, on the same items: without them a number near 50 % (or near 23 %, or
 * near 80 %) cannot be read.
 */

import { type Estimate } from "../metric/estimate.ts";
import { type SummaryRow } from "../result/rows.ts";
import { type Choice, type ChoiceBenchmark, type ChoiceItem } from "./benchmark.ts";
import { aggregate, type Asked, type AskedChoices, summaryRowsOf } from "./collect.ts";
import { scoreItems } from "./collect-choices.ts";

/** A rule: the choice it puts all probability on, by index in each set; null where it says nothing. */
interface Rule {
  readonly name: string;
  readonly choose: (benchmark: ChoiceBenchmark, choices: readonly Choice[]) => number | null;
}

const rules: readonly Rule[] = [
  { name: "Always yes / reasonable", choose: ({ yesChoice }) => yesChoice },
  { name: "Always no / unreasonable", choose: ({ yesChoice }) => (yesChoice === null ? null : 1 - yesChoice) },
  { name: "Shortest choice", choose: (_, choices) => (choices.length < 2 ? null : shortest(choices)) },
];

/** The name of the baseline whose numbers are expectations. */
const chanceName = "Random guess (expected)";

/** Baseline rows for one benchmark: label priors where its answers are fixed words, shortest choice, random guess. */
export function baselineRows(asked: Asked): readonly SummaryRow[] {
  return asked.kind === "choice" ? choiceBaselines(asked) : [];
}

function choiceBaselines(asked: AskedChoices): readonly SummaryRow[] {
  const { benchmark, items } = asked;
  const ruled = rules.flatMap((rule) => {
    const chosen = items.map((item) => item.sets.map((set) => rule.choose(benchmark, set.choices)));
    if (chosen.some((sets) => sets.includes(null))) return [];
    const loglikelihoods = items.flatMap((item, index) => certain(item, chosen[index] ?? []));
    const scores = scoreItems(asked, loglikelihoods).map((score) => score?.scores ?? null);
    return rowsFor(asked, rule.name, (metric) => aggregate(metric, items, scores));
  });
  const chances = items.map((item) => benchmark.chance(item));
  const expected = rowsFor(asked, chanceName, (metric) => ({
    ...aggregate(metric, items, chances),
    standardError: null,
  }));
  return [...ruled, ...expected];
}

function rowsFor(
  asked: AskedChoices,
  name: string,
  estimateOf: (metric: ChoiceBenchmark["metrics"][number]) => Estimate,
): readonly SummaryRow[] {
  const identity = { name, base: "Baselines", variant: name };
  return summaryRowsOf(asked, { kind: "baseline", identity, device: "none", seconds: 0, truncated: 0 }, estimateOf);
}

/** Log-likelihoods of a rule that is certain: 0 for what it chooses, minus infinity for the rest. */
function certain(item: ChoiceItem, chosen: readonly (number | null)[]): readonly number[] {
  return item.sets.flatMap((set, index) => set.choices.map((_, choice) => (choice === chosen[index] ? 0 : -Infinity)));
}

/** Index of the choice with the fewest characters, the first one among equals. */
function shortest(choices: readonly Choice[]): number {
  const lengths = choices.map((choice) => choice.text.length);
  return lengths.indexOf(Math.min(...lengths));
}
