/** The sentences of a benchmark table: its heading, and what a reader must know under it. */

import { type SummaryRow } from "../result/rows.ts";
import { type ResultTable } from "../result/table.ts";
import { type BenchmarkColumn, type BenchmarkSection } from "./benchmark-table.ts";
import { doubtNotes } from "./doubts.ts";
import { type PaperTable } from "./paper-table.ts";

const dataWords = {
  real: "Real benchmark files",
  unverified: "Files from the published address that nobody has verified",
  sample: "Our own small sample, not the published benchmark",
  other: "Files that are not the published ones",
} as const;

/** Which data, how much of it, and n: "Real benchmark files, first 100 samples of each task (n = 100)". */
export function titleOf(measured: readonly SummaryRow[]): string {
  const tasks = measured.filter((row) => !row.isMean);
  const provenances = [...new Set(tasks.map((row) => row.provenance))];
  const what = provenances.map((provenance, index) => {
    const words = dataWords[provenance];
    return index === 0 ? words : words.charAt(0).toLowerCase() + words.slice(1);
  });
  const limits = new Set(tasks.map((row) => row.limit));
  const [limit] = limits;
  const part =
    limits.size === 1 && typeof limit === "number"
      ? `first ${limit} samples of each task`
      : limits.has(null) && limits.size === 1
        ? "all samples of each task"
        : "as many samples of each task as asked for";
  return `${what.join("; ")}, ${part} (n = ${countsOf(tasks)})`;
}

/** Sentences under the table. */
export function notesOf(
  results: ResultTable,
  table: {
    readonly measured: readonly SummaryRow[];
    readonly columns: readonly BenchmarkColumn[];
    readonly sections: readonly BenchmarkSection[];
    readonly paper: PaperTable | null;
  },
): readonly string[] {
  const { measured, columns, sections, paper } = table;
  const { running } = results.provenance;
  return [
    ...(running === null ? [] : [`Still running: ${running.answered} of ${running.asked} answers so far.`]),
    `Percent${columns.some(({ unit }) => unit !== "fraction") ? ", or the unit at the head of a column" : ""}; ± is one standard error; a signed number is the difference to the base model.`,
    ...doubtNotes(results, { measured, sections }),
    ...scoringNotes(measured),
    ...groupNotes(measured),
    ...(paper === null ? [] : paperNotes(paper, { measured, columns })),
    runNote(results, measured),
  ];
}

function scoringNotes(measured: readonly SummaryRow[]): readonly string[] {
  const notes: string[] = [];
  for (const row of measured.filter((one) => !one.isMean)) {
    const where = `${row.model}, ${row.benchmarkLabel} ${row.metric}`;
    if (row.unscored > 0) notes.push(`${where}: ${row.unscored} could not be scored and count in no number.`);
  }
  const cut = new Map(measured.map((row) => [`${row.model}, ${row.benchmarkLabel}`, row.truncated]));
  for (const [where, truncated] of cut) {
    if (truncated > 0) notes.push(`${where}: ${truncated} prompts were cut on the left to fit the model's window.`);
  }
  return notes;
}

function groupNotes(measured: readonly SummaryRow[]): readonly string[] {
  const empty = measured
    .filter((row) => row.n === 0 && row.unscored === 0)
    .map((row) => `${row.benchmarkLabel} ${row.metric}`);
  const names = [...new Set(empty)];
  return names.length === 0 ? [] : [`Not shown, as no group of samples is complete: ${names.join(", ")}.`];
}

function paperNotes(
  paper: PaperTable,
  { measured, columns }: { readonly measured: readonly SummaryRow[]; readonly columns: readonly BenchmarkColumn[] },
): readonly string[] {
  const shown = new Set(columns.map((column) => column.id));
  const missing = paper.columns.filter((id) => !shown.has(id));
  const notes: string[] = [];
  if (missing.length > 0) notes.push(`${paper.title} also has ${missing.join(", ")}, not measured here.`);
  if (measured.some((row) => row.limit !== null || row.provenance !== "real")) {
    notes.push("The paper's numbers are of whole published test sets; those above them are not.");
  }
  if (shown.has("ethics.acc")) {
    notes.push("The paper does not say how it joins the five ETHICS tasks; ours is their plain mean.");
  }
  return notes;
}

function runNote({ provenance }: ResultTable, measured: readonly SummaryRow[]): string {
  const devices = [...new Set(measured.map((row) => row.device))].join(", ");
  const commit = provenance.commit === null ? "" : `, commit ${provenance.commit.slice(0, 12)}`;
  const seed = [...new Set(measured.map((row) => row.seed))].join(", ");
  return `Measured ${provenance.startedAt.slice(0, 10)} on ${devices} in ${provenance.seconds.toFixed(1)} s; sightlab ${provenance.versions.sightlab ?? "unknown"}${commit}; order of samples by seed ${seed}.`;
}

/** Samples asked a task, over all tasks: "100", "22 to 30". */
function countsOf(tasks: readonly SummaryRow[]): string {
  const counts = new Map<string, number>();
  for (const row of tasks) {
    counts.set(row.benchmark, Math.max(counts.get(row.benchmark) ?? 0, row.n + row.unscored));
  }
  const sorted = [...counts.values()].sort((a, b) => a - b);
  const [least = 0] = sorted;
  const most = sorted.at(-1) ?? 0;
  return least === most ? String(least) : `${least} to ${most}`;
}
