/** What speaks against a gain: a model that forgets drifts towards chance, and a score that began below chance then rises. */

import { spreadChanges } from "../result/choice-spread.ts";
import { type LanguageScore } from "../result/comparison.ts";
import { type SummaryRow } from "../result/rows.ts";
import { type ResultTable } from "../result/table.ts";
import { type BenchmarkTable, type GainDoubt } from "./benchmark-table.ts";

/** The sign of each doubt beside a difference, and what it means. */
export const doubtWords: Readonly<Record<GainDoubt, { readonly sign: string; readonly meaning: string }>> = {
  language: { sign: "†", meaning: "a gain that comes with a worse language check" },
  spread: { sign: "‡", meaning: "a gain that comes with choices nearer together than the base's" },
};

/** The signs of a cell's doubts: "†‡", "". */
export function doubtSigns(doubts: readonly GainDoubt[]): string {
  return doubts.map((doubt) => doubtWords[doubt].sign).join("");
}

/** Reads what speaks against the difference of a measured number to its base's; nothing where it is no gain. */
export function readDoubts(
  results: ResultTable,
  measured: readonly SummaryRow[],
): (row: SummaryRow, base: SummaryRow) => readonly GainDoubt[] {
  const spreads = spreadChanges(results);
  return (row, base) => {
    if (!isGain(row, base)) return [];
    const parts = row.isMean ? membersOf(row, measured) : [row];
    const changes = parts.map(({ benchmark, version, metric }) =>
      spreads({ base: base.model, tuned: row.model, benchmark, version, metric }),
    );
    const change = (of: "base" | "tuned"): number => changes.reduce((sum, one) => sum + (one[of] ?? NaN), 0);
    return [
      ...(isWorse(results.language, { base: base.model, tuned: row.model }) ? (["language"] as const) : []),
      ...(changes.length > 0 && change("tuned") < change("base") ? (["spread"] as const) : []),
    ];
  };
}

/** What the signs of a table mean, and the language check of each family of models. */
export function doubtNotes(
  { language, provenance }: ResultTable,
  { measured, sections }: { readonly measured: readonly SummaryRow[]; readonly sections: BenchmarkTable["sections"] },
): readonly string[] {
  const cells = sections.flatMap(({ groups }) =>
    groups.flatMap(({ rows }) => rows.flatMap((row) => Object.values(row.cells))),
  );
  const shown = (["language", "spread"] as const).filter((doubt) => cells.some((cell) => cell?.doubts.includes(doubt)));
  const signs = shown.map((doubt) => `${doubtWords[doubt].sign} ${doubtWords[doubt].meaning}`);
  const meaning = signs.length === 0 ? [] : [`${signs.join("; ")}: the model may have forgotten, not learned.`];
  const families = [...new Set(measured.map((row) => row.base))].flatMap((family) => {
    const models = [...new Set(measured.filter((row) => row.base === family).map((row) => row.model))];
    return models.length < 2 ? [] : languageNotes(language, { models, isRunning: provenance.running !== null });
  });
  return [...meaning, ...families];
}

function languageNotes(
  language: readonly LanguageScore[],
  { models, isRunning }: { readonly models: readonly string[]; readonly isRunning: boolean },
): readonly string[] {
  const scores = models.flatMap((model) => language.find((score) => score.model === model) ?? []);
  const [first] = scores;
  const missing = models.filter((model) => !scores.some((score) => score.model === model));
  const numbers = scores.map(
    ({ model, natsPerToken, natsPerByte }) => `${model} ${natsPerToken.toFixed(3)} (${natsPerByte.toFixed(3)})`,
  );
  return [
    ...(first === undefined
      ? []
      : [`Language check, nats per token (per byte), less is better: ${numbers.join(", ")}. Text: ${first.text}.`]),
    ...(missing.length === 0 || isRunning
      ? []
      : [`No language check of ${missing.join(", ")}: a gain may be forgetting.`]),
  ];
}

function isGain(row: SummaryRow, base: SummaryRow): boolean {
  if (row.value === null || base.value === null || row.direction === "none") return false;
  return row.direction === "higher" ? row.value > base.value : row.value < base.value;
}

/** Nats per byte, as tokens may differ; only where both were asked the same text. */
function isWorse(
  language: readonly LanguageScore[],
  models: { readonly base: string; readonly tuned: string },
): boolean {
  const base = language.find((score) => score.model === models.base);
  const tuned = language.find((score) => score.model === models.tuned);
  return base !== undefined && tuned?.text === base.text && tuned.natsPerByte > base.natsPerByte;
}

/** The tasks of a mean: they bear its name before their own. */
function membersOf(mean: SummaryRow, measured: readonly SummaryRow[]): readonly SummaryRow[] {
  return measured.filter(
    (row) =>
      !row.isMean &&
      row.model === mean.model &&
      row.metric === mean.metric &&
      row.benchmark.startsWith(`${mean.benchmark}_`),
  );
}
