/** The benchmark table as HTML: self-contained, for notebooks saved without our extension and for web pages. */

import {
  type BenchmarkCell,
  type BenchmarkColumn,
  type BenchmarkSection,
  type BenchmarkTable,
} from "./benchmark-table.ts";
import { doubtWords } from "./doubts.ts";
import { escapeHtml } from "./markup.ts";
import { inUnit, metricWithUnit, signedInUnit } from "./percent.ts";
import { styled } from "./style.ts";

/** Draws the table; every text is escaped. */
export function tableHtml(table: BenchmarkTable): string {
  const head = table.columns.map(
    (column) =>
      `<th scope="col" title="${escapeHtml(column.detail)}">${escapeHtml(column.label)}<br><span class="sl-faint">${escapeHtml(metricWithUnit(column))}</span></th>`,
  );
  const body = table.sections.map((section) => sectionHtml(section, table.columns)).join("");
  const notes = table.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("");
  return styled(
    `<table><caption>${escapeHtml(table.title)}</caption><thead><tr><th class="sl-name" scope="col">Model</th>${head.join("")}</tr></thead><tbody>${body}</tbody></table><ul class="sl-notes">${notes}</ul>`,
  );
}

function sectionHtml(section: BenchmarkSection, columns: readonly BenchmarkColumn[]): string {
  const span = columns.length + 1;
  const groups = section.groups.map((group) => {
    const heading =
      group.rows.length < 2 || group.rows[0]?.label === group.label ? "" : groupHeading(group.label, span);
    const rows = group.rows.map((row) => {
      const cells = columns
        .map(({ id, unit }) => `<td class="sl-value">${cellHtml(row.cells[id] ?? null, unit)}</td>`)
        .join("");
      const place = row.isBase || group.rows.length < 2 ? "sl-name" : "sl-name sl-indent";
      return `<tr><th class="${place}" scope="row">${escapeHtml(row.label)}</th>${cells}</tr>`;
    });
    return heading + rows.join("");
  });
  return `<tr class="sl-section"><th colspan="${span}" scope="rowgroup">${escapeHtml(section.title)}</th></tr>${groups.join("")}`;
}

function groupHeading(label: string, span: number): string {
  return `<tr class="sl-group"><th colspan="${span}" scope="rowgroup">${escapeHtml(label)}</th></tr>`;
}

type Unit = BenchmarkColumn["unit"];

function cellHtml(cell: BenchmarkCell | null, unit: Unit): string {
  if (cell === null) return `<span class="sl-faint" title="no such number">–</span>`;
  const lines = [valueHtml(cell, unit)];
  if (cell.differenceToBase !== null) lines.push(signedInUnit(cell.differenceToBase, unit) + doubtsHtml(cell));
  if (cell.paper !== null) lines.push(`<span class="sl-faint">paper ${inUnit(cell.paper, unit)}</span>`);
  if (cell.unscored > 0) lines.push(`<span class="sl-faint">${cell.unscored} unscored</span>`);
  return lines.join("<br>");
}

function doubtsHtml({ doubts }: BenchmarkCell): string {
  const signs = doubts.map(
    (doubt) => `<span title="${escapeHtml(doubtWords[doubt].meaning)}">${doubtWords[doubt].sign}</span>`,
  );
  return signs.length === 0 ? "" : ` ${signs.join("")}`;
}

function valueHtml({ value, standardError }: BenchmarkCell, unit: Unit): string {
  if (value === null) return `<span class="sl-faint">not scored</span>`;
  return standardError === null
    ? inUnit(value, unit)
    : `${inUnit(value, unit)} <span class="sl-faint">± ${inUnit(standardError, unit)}</span>`;
}
