/** A tuned model beside its base, with what a reader needs to believe or doubt a difference. */

import { type Comparison, type ComparisonRow } from "../result/comparison.ts";
import { type Displayed, displayed } from "./display.ts";
import { escapeHtml, escapeMarkdown, oneLine } from "./markup.ts";
import { inUnit, metricWithUnit, percent, signedInUnit } from "./percent.ts";
import { styled } from "./style.ts";

const head = [
  "Benchmark",
  "base",
  "tuned",
  "difference",
  "p (Holm)",
  "gained / lost",
  "from chance",
  "gap, nats",
  "spread, nats",
];

/** Shows a comparison: one row a benchmark and metric, then the language check and what the columns mean. */
export function comparison(found: Comparison): Displayed {
  const rows = found.rows.map((row) => ({ cells: cellsOf(row), warnings: row.warnings }));
  const title = `${found.tuned} beside its base ${found.base}`;
  const notes = notesOf(found);
  return displayed({
    html: comparisonHtml({ title, rows, notes }),
    markdown: comparisonMarkdown({ title, rows, notes }),
    text: comparisonText({ title, rows, notes }),
  });
}

interface View {
  readonly title: string;
  readonly rows: readonly { readonly cells: readonly string[]; readonly warnings: readonly string[] }[];
  readonly notes: readonly string[];
}

function cellsOf(row: ComparisonRow): readonly string[] {
  const { base, tuned, difference, standardError, pHolm, gained, lost, chance, unit } = row;
  const fromChance = (value: number | null): string =>
    value === null || chance === null ? "–" : signedInUnit(value - chance, unit);
  return [
    `${row.label} ${metricWithUnit(row)}`,
    base === null ? "–" : inUnit(base, unit),
    tuned === null ? "–" : inUnit(tuned, unit),
    difference === null
      ? "–"
      : `${signedInUnit(difference, unit)}${standardError === null ? "" : ` ± ${inUnit(standardError, unit)}`}`,
    pHolm === null ? "–" : pHolm < 0.001 ? "<0.001" : pHolm.toFixed(3),
    gained === null || lost === null ? "–" : `${gained} / ${lost}`,
    chance === null ? "–" : `${fromChance(base)} → ${fromChance(tuned)}`,
    change(row.gapBase, row.gapTuned),
    change(row.spreadBase, row.spreadTuned),
  ];
}

function change(base: number | null, tuned: number | null): string {
  const show = (value: number): string => value.toFixed(2).replace("-", "−");
  return base === null || tuned === null ? "–" : `${show(base)} → ${show(tuned)}`;
}

function notesOf({ rows, language }: Comparison): readonly string[] {
  const largest = Math.max(0, ...rows.map(({ unit, detectable }) => (unit === "fraction" ? (detectable ?? 0) : 0)));
  return [
    language === null
      ? "No language check was made: a gain may be forgetting."
      : `Language (${language.base.text}): ${language.base.natsPerToken.toFixed(3)} → ${language.tuned.natsPerToken.toFixed(3)} nats per token, ${language.base.natsPerByte.toFixed(3)} → ${language.tuned.natsPerByte.toFixed(3)} per byte; lower is better.`,
    "Difference: tuned less base on the same samples, with the paired standard error. p: McNemar's exact test, or Student's t, corrected by Holm over this table.",
    "Gained / lost: samples that changed from wrong to right, and from right to wrong. Gap: mean log-likelihood of right choices less that of wrong ones. Spread: standard deviation of the choices' log-likelihoods.",
    ...(largest === 0
      ? []
      : [`Differences under ${percent(largest)} points may be too small for these n (80 % power, the widest row).`]),
    "⚠ marks a gain that comes with a worse language check, with choices nearer together, or from below chance towards it.",
  ];
}

function comparisonHtml({ title, rows, notes }: View): string {
  const columns = head
    .map((name, index) => `<th scope="col"${index === 0 ? ' class="sl-name"' : ""}>${name}</th>`)
    .join("");
  const body = rows.map(({ cells: [name = "", ...cells], warnings }) => {
    const warning =
      warnings.length === 0 ? "" : `<br><span class="sl-faint">⚠ ${escapeHtml(warnings.join("; "))}</span>`;
    const values = cells.map((cell) => `<td class="sl-value">${escapeHtml(cell)}</td>`).join("");
    return `<tr><th class="sl-name" scope="row">${escapeHtml(name)}${warning}</th>${values}</tr>`;
  });
  const list = notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("");
  return styled(
    `<table><caption>${escapeHtml(title)}</caption><thead><tr>${columns}</tr></thead><tbody>${body.join("")}</tbody></table><ul class="sl-notes">${list}</ul>`,
  );
}

function comparisonMarkdown({ title, rows, notes }: View): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    `**${escapeMarkdown(title)}**`,
    "",
    line(head),
    line(["---", ...head.slice(1).map(() => "---:")]),
    ...rows.map(({ cells: [name = "", ...cells], warnings }) =>
      line([
        escapeMarkdown(warnings.length === 0 ? name : `${name} ⚠ ${warnings.join("; ")}`),
        ...cells.map(escapeMarkdown),
      ]),
    ),
    "",
    ...notes.map((note) => `- ${escapeMarkdown(note)}`),
  ].join("\n");
}

function comparisonText({ title, rows, notes }: View): string {
  const lines = [head, ...rows.map((row) => row.cells)].map((cells) => cells.map(oneLine));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => Array.from(cells[column] ?? "").length)));
  const draw = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - Array.from(cell).length));
        return index === 0 ? cell + space : space + cell;
      })
      .join("  ");
  const body = lines.slice(1).flatMap((cells, index) => {
    const warnings = rows[index]?.warnings ?? [];
    return [draw(cells), ...(warnings.length === 0 ? [] : [`  ⚠ ${warnings.join("; ")}`])];
  });
  return [oneLine(title), "", draw(lines[0] ?? []), ...body, "", ...notes].join("\n");
}
