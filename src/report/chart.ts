/** Two small charts, drawn as SVG so that they need no program: a curve over steps, and a map of heat. */

import { displayed, type Displayed } from "./display.ts";
import { escapeHtml, escapeMarkdown, oneLine } from "./markup.ts";
import { styled } from "./style.ts";

/** A curve: values at steps 1, 2, 3 and so on. */
export interface CurveOptions {
  readonly title: string;
  /** What the values are, with their unit: "loss, nats a token". */
  readonly unit: string;
  readonly values: readonly number[];
  /** How many values there will be, so that the axis stands still while they come. Default: as many as there are. */
  readonly total?: number;
}

/** A table of numbers as colours. */
export interface HeatMapOptions {
  readonly title: string;
  /** What rows and columns are: "token", "looked at". */
  readonly axes: readonly [rows: string, columns: string];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row by row, in [0, 1]. */
  readonly values: ArrayLike<number>;
}

const width = 560;
const height = 240;
const edge = { left: 52, right: 12, top: 28, bottom: 34 };

/**
 * A curve. Values that are not finite are left out.
 *
 * @throws RangeError where `total` is below the number of values.
 */
export function curve({ title, unit, values, total = values.length }: CurveOptions): Displayed {
  if (total < values.length) {
    throw new RangeError(`Cannot draw a curve: expected a total of at least ${values.length}, got ${total}`);
  }
  const finite = values.filter((value) => Number.isFinite(value));
  const [low, high] = finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
  const spread = high - low || 1;
  const x = (step: number): number =>
    edge.left + ((width - edge.left - edge.right) * (step - 1)) / Math.max(1, total - 1);
  const y = (value: number): number =>
    height - edge.bottom - ((height - edge.top - edge.bottom) * (value - low)) / spread;
  const points = values.flatMap((value, i) =>
    Number.isFinite(value) ? [`${round(x(i + 1))},${round(y(value))}`] : [],
  );
  const last = values.at(-1);
  const body = [
    `<polyline points="${points.join(" ")}" fill="none" stroke="#2f7fc1" stroke-width="2"/>`,
    points.length === 0 ? "" : `<circle cx="${points.at(-1)?.replace(",", '" cy="') ?? ""}" r="3" fill="#2f7fc1"/>`,
    line(edge.left, edge.top, edge.left, height - edge.bottom),
    line(edge.left, height - edge.bottom, width - edge.right, height - edge.bottom),
    label(edge.left - 6, y(high) + 4, short(high), "end"),
    label(edge.left - 6, y(low) + 4, short(low), "end"),
    label(x(1), height - edge.bottom + 16, "1", "middle"),
    label(x(total), height - edge.bottom + 16, String(total), "middle"),
    label((edge.left + width - edge.right) / 2, height - 4, `step; ${unit}`, "middle"),
  ];
  const now =
    last === undefined ? "no values yet" : `${values.length} values, from ${short(values[0] ?? NaN)} to ${short(last)}`;
  return chart({ title, size: [width, height], body, text: `${title}: ${now} (${unit})` });
}

const cell = 22;

/** Room for labels. */
function roomFor(labels: readonly string[]): number {
  return 16 + 7 * Math.max(0, ...labels.map((text) => visible(text).length));
}

/**
 * A map of heat; the darker, the nearer to 1. Labels keep their spaces visible.
 *
 * @throws RangeError where there are not as many values as rows times columns.
 */
export function heatMap({ title, axes, rows, columns, values }: HeatMapOptions): Displayed {
  if (values.length !== rows.length * columns.length) {
    throw new RangeError(
      `Cannot draw a heat map: expected ${rows.length} x ${columns.length} values, got ${values.length}`,
    );
  }
  const [left, top] = [Math.max(20, roomFor(rows)), roomFor(columns) + 20];
  const size = [Math.max(360, left + columns.length * cell + 12), top + rows.length * cell + 28] as const;
  const body = [
    ...rows.flatMap((row, r) => [
      label(left - 5, top + r * cell + 15, visible(row), "end"),
      ...columns.map((column, c) =>
        square({ row, column, value: values[r * columns.length + c] ?? 0 }, [left + c * cell, top + r * cell]),
      ),
    ]),
    ...columns.map((column, c) => {
      const place = `${left + c * cell + 14} ${top - 5}`;
      return `<text transform="translate(${place}) rotate(-90)" fill="currentColor">${escapeHtml(visible(column))}</text>`;
    }),
    label(left, size[1] - 8, `rows: ${axes[0]}; columns: ${axes[1]}`, "start"),
  ];
  const text = rows.map((row, r) => {
    const own = Array.from(columns, (_, c) => (values[r * columns.length + c] ?? 0).toFixed(2));
    return `${oneLine(visible(row)).padEnd(12)} ${own.join(" ")}`;
  });
  return chart({ title, size, body, text: [title, ...text].join("\n") });
}

interface Square {
  readonly row: string;
  readonly column: string;
  readonly value: number;
}

function square({ row, column, value }: Square, [x, y]: readonly [number, number]): string {
  const opacity = round(Math.min(1, Math.max(0, value)));
  const told = escapeHtml(`${visible(row)} ← ${visible(column)}: ${value.toFixed(3)}`);
  const place = `x="${x}" y="${y}" width="${cell - 1}" height="${cell - 1}"`;
  return `<rect ${place} fill="#2f7fc1" fill-opacity="${opacity}" stroke="currentColor" stroke-opacity="0.12"><title>${told}</title></rect>`;
}

interface Chart {
  readonly title: string;
  readonly size: readonly [width: number, height: number];
  readonly body: readonly string[];
  readonly text: string;
}

function chart({ title, size: [w, h], body, text }: Chart): Displayed {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-family="sans-serif" font-size="12">`;
  const named = `<title>${escapeHtml(title)}</title>${label(8, 16, title, "start", 600)}`;
  const html = styled(`${head}${named}${body.join("")}</svg>`);
  return displayed({ html, markdown: escapeMarkdown(text), text });
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end", weight = 400): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-weight="${weight}" fill="currentColor">${escapeHtml(text)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="currentColor" stroke-opacity="0.4"/>`;
}

/** Spaces and line breaks as signs. */
function visible(text: string): string {
  const shown = text.replaceAll(" ", "␣").replaceAll("\n", "⏎").replaceAll("\t", "⇥");
  return shown.length > 12 ? `${shown.slice(0, 11)}…` : shown;
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "not a number";
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
