/** What a reader calls to see results. */

import { type ResultTable } from "../result/table.ts";
import { benchmarkMimeType, type BenchmarkTable } from "./benchmark-table.ts";
import { buildTable } from "./build-table.ts";
import { curve, heatMap } from "./chart.ts";
import { comparison } from "./comparison.ts";
import { type Displayed, displayed } from "./display.ts";
import { flips } from "./flips.ts";
import { readPaperTable } from "./paper-table.ts";
import { question } from "./question.ts";
import { tableHtml } from "./table-html.ts";
import { tableMarkdown, tableText } from "./table-text.ts";

/** Options of `report.table`. */
export interface TableOptions {
  /** A published table to show beside ours: "paper:table-1". */
  readonly besides?: string;
}

/** The benchmark table, with its numbers as data. */
export interface TableDisplay extends Displayed {
  readonly table: BenchmarkTable;
}

/** A notebook's `display`: shows a value, and gives a handle that shows another one in its place. */
export type DisplayFunction = (value: unknown) => { readonly update: (value: unknown) => void };

/**
 * The views of results: the benchmark table, the same while a run fills it, one question, where two models differ, and
 * whether one is better; and two plain charts, a curve and a map of heat.
 */
export const report: {
  readonly table: (results: ResultTable, options?: TableOptions) => TableDisplay;
  readonly live: (display: DisplayFunction, options?: TableOptions) => (results: ResultTable) => void;
  readonly question: typeof question;
  readonly flips: typeof flips;
  readonly comparison: typeof comparison;
  readonly curve: typeof curve;
  readonly heatMap: typeof heatMap;
} = { table, live, question, flips, comparison, curve, heatMap };

/**
 * The benchmark table: measured models, baselines on the same samples and, when asked for, the paper's rows.
 *
 * @throws RangeError where the published table is not known.
 */
function table(results: ResultTable, options: TableOptions = {}): TableDisplay {
  const paper = options.besides === undefined ? null : readPaperTable(options.besides);
  const built = buildTable(results, paper);
  const forms = { html: tableHtml(built), markdown: tableMarkdown(built), text: tableText(built) };
  return Object.assign(displayed(forms, { [benchmarkMimeType]: built }), { table: built });
}

/**
 * For `evaluate`'s `onResults`: the benchmark table, shown once and then moved as results come.
 *
 * @throws RangeError where the published table is not known.
 */
function live(display: DisplayFunction, options: TableOptions = {}): (results: ResultTable) => void {
  let shown: ReturnType<DisplayFunction> | undefined;
  return (results) => {
    const next = table(results, options);
    if (shown === undefined) shown = display(next);
    else shown.update(next);
  };
}
