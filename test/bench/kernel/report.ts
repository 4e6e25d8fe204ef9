/** Figures of all kernels beside each other, the goals, and all of it as one line of JSON. */

import { type KernelName, kernelNames, versions } from "./peers.ts";

/** One figure of each kernel that gave it. */
export type Figure = { readonly [Name in KernelName]?: number | undefined };

/** Figures by what they say; lower is better in all. */
export type Figures = ReadonlyMap<string, Figure>;

/** What issue and README promise; `value` must be at most, or at least, `limit`. */
export interface Goal {
  readonly goal: string;
  /** NaN where it was not measured. */
  readonly value: number;
  readonly limit: number;
  readonly kind: "at most" | "at least";
}

/** The value below which a fraction `q` of `values` lies; undefined where there are none. */
export function quantile(values: readonly number[], q: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** Prints everything; the last line is JSON, with theirs / ours of each figure. */
export function report(figures: Figures, goals: readonly Goal[], notes: readonly string[]): void {
  const label = (name: KernelName): string => (name === "sightlab" ? name : `${name} ${versions[name]}`);
  console.log(["".padEnd(44), ...kernelNames.map((name) => label(name).padStart(18))].join(""));
  for (const [title, figure] of figures) {
    console.log([title.padEnd(44), ...kernelNames.map((name) => cell(figure, name).padStart(18))].join(""));
  }
  console.log("\n(in brackets: theirs / ours)\n");
  const judged = goals.map((goal) => ({ ...goal, met: isMet(goal) }));
  for (const { goal, value, kind, limit, met } of judged) {
    console.log(`${mark(met)} ${goal}: ${shown(value)}, ${kind} ${String(limit)}`);
  }
  for (const note of notes) console.log(`note    ${note}`);
  const rows = [...figures].map(([title, figure]) => ({ title, ...figure, ratios: ratios(figure) }));
  console.log(JSON.stringify({ node: process.versions.node, versions, rows, goals: judged, notes }));
}

function mark(met: boolean | null): string {
  if (met === null) return "       ";
  return met ? "met    " : "NOT MET";
}

/** Null where it was not measured. */
function isMet({ value, limit, kind }: Goal): boolean | null {
  if (Number.isNaN(value)) return null;
  return kind === "at most" ? value <= limit : value >= limit;
}

function ratios({ sightlab, ...others }: Figure): Readonly<Record<string, number>> {
  const known = Object.entries(others).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, value / (sightlab ?? NaN)]));
}

function cell(figure: Figure, name: KernelName): string {
  const ratio = ratios(figure)[name];
  return `${shown(figure[name])}${ratio === undefined ? "" : ` (${ratio.toFixed(1)})`}`;
}

function shown(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "-" : value.toFixed(value < 10 ? 1 : 0);
}
