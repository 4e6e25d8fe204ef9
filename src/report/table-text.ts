/** The benchmark table as plain text and as Markdown. */

import { type BenchmarkCell, type BenchmarkColumn, type BenchmarkTable } from "./benchmark-table.ts";
import { doubtSigns } from "./doubts.ts";
import { escapeMarkdown, oneLine } from "./markup.ts";
import { inUnit, metricWithUnit, signedInUnit } from "./percent.ts";

/** Aligned columns for a terminal. */
export function tableText(table: BenchmarkTable): string {
  const head = [
    ["", ...table.columns.map((column) => oneLine(column.label))],
    ["", ...table.columns.map((column) => oneLine(metricWithUnit(column)))],
  ];
  const sections = table.sections.map((section) => ({
    title: oneLine(section.title),
    lines: linesOf(table, section.groups).map(([label, ...cells]) => [oneLine(label ?? ""), ...cells]),
  }));
  const all = [...head, ...sections.flatMap((section) => section.lines)];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => width(line[column] ?? "")))) ?? [];
  const draw = (line: readonly string[]): string =>
    line
      .map((cell, i) => pad(cell, widths[i] ?? 0, i === 0))
      .join("  ")
      .trimEnd();
  const rule = "-".repeat(widths.reduce((sum, one) => sum + one + 2, -2));
  return [
    oneLine(table.title),
    "",
    ...head.map(draw),
    rule,
    ...sections.flatMap(({ title, lines }, index) => [...(index === 0 ? [] : [""]), title, ...lines.map(draw)]),
    rule,
    ...table.notes.map(oneLine),
  ].join("\n");
}

/** One Markdown table with a row in bold above each section. */
export function tableMarkdown(table: BenchmarkTable): string {
  const head = table.columns.map(
    (column) => `${escapeMarkdown(column.label)}<br>${escapeMarkdown(metricWithUnit(column))}`,
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const body = table.sections.flatMap((section) => [
    line([`**${escapeMarkdown(section.title)}**`, ...table.columns.map(() => "")]),
    ...linesOf(table, section.groups).map(([label, ...cells]) => line([escapeMarkdown(label ?? ""), ...cells])),
  ]);
  return [
    `**${escapeMarkdown(table.title)}**`,
    "",
    line(["Model", ...head]),
    line(["---", ...table.columns.map(() => "---:")]),
    ...body,
    "",
    ...table.notes.map((note) => `- ${escapeMarkdown(note)}`),
  ].join("\n");
}

function linesOf(table: BenchmarkTable, groups: BenchmarkTable["sections"][number]["groups"]): readonly string[][] {
  return groups.flatMap((group) =>
    group.rows.map((row) => [row.label, ...table.columns.map(({ id, unit }) => cellText(row.cells[id] ?? null, unit))]),
  );
}

function cellText(cell: BenchmarkCell | null, unit: BenchmarkColumn["unit"]): string {
  if (cell === null) return "–";
  const parts = [cell.value === null ? "not scored" : inUnit(cell.value, unit)];
  if (cell.standardError !== null) parts.push(`± ${inUnit(cell.standardError, unit)}`);
  if (cell.differenceToBase !== null) {
    parts.push(`(${signedInUnit(cell.differenceToBase, unit)}${doubtSigns(cell.doubts)})`);
  }
  if (cell.paper !== null) parts.push(`[paper ${inUnit(cell.paper, unit)}]`);
  if (cell.unscored > 0) parts.push(`{${cell.unscored} unscored}`);
  return parts.join(" ");
}

function width(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, to: number, left: boolean): string {
  const space = " ".repeat(Math.max(0, to - width(text)));
  return left ? text + space : space + text;
}
