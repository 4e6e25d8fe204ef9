/** Draws a `BenchmarkTable` as a real, accessible HTML table. Text from data and models enters through textContent only. */

import type {
  BenchmarkCell,
  BenchmarkColumn,
  BenchmarkRow,
  BenchmarkSection,
  BenchmarkTable,
  GainDoubt,
} from "./benchmark-table.ts";
import { inUnit, signedInUnit, verdict } from "./percent.ts";

/** Draws the table with its caption, notes and column details; the element has the class `sl-BenchmarkTable`. */
export function drawBenchmarkTable(table: BenchmarkTable): HTMLElement {
  const scroll = element("div", "sl-BenchmarkTable-scroll", [
    element("table", "sl-BenchmarkTable-table", [
      caption(table),
      element("thead", "", [head(table.columns)]),
      ...table.sections.map((section) => drawSection(section, table.columns)),
    ]),
  ]);
  scroll.tabIndex = 0; // A keyboard can scroll a region that can hold the focus.
  scroll.dataset.lmSuppressShortcuts = "true"; // Otherwise the notebook takes the arrow keys.
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", table.title);
  return element("div", "sl-BenchmarkTable", [scroll, ...notes(table.notes), ...details(table.columns)]);
}

/** Draws what was wrong with a payload, in the place where the table would stand. */
export function drawProblem(what: string, message: string): HTMLElement {
  const problem = element("div", "sl-BenchmarkProblem", [
    element("p", "", [`This ${what} cannot be drawn.`]),
    element("p", "sl-BenchmarkProblem-message", [message]),
  ]);
  problem.setAttribute("role", "note");
  return problem;
}

function caption(table: BenchmarkTable): HTMLElement {
  return element("caption", "", [
    element("span", "sl-BenchmarkTable-title", [table.title]),
    element("span", "sl-BenchmarkTable-key", [key(table)]),
  ]);
}

/** Says how to read the numbers: only what this table really shows. */
function key(table: BenchmarkTable): string {
  const shown = table.sections.flatMap(({ groups }) =>
    groups.flatMap(({ rows }) => rows.flatMap(({ cells }) => Object.values(cells))),
  );
  const some = (test: (cell: BenchmarkCell) => boolean): boolean => shown.some((cell) => cell !== null && test(cell));
  return [
    `percent${table.columns.some(({ unit }) => unit !== "fraction") ? " or the unit at the head" : ""}${some((cell) => cell.standardError !== null) ? " ± one standard error" : ""}`,
    ...(table.columns.some(({ direction }) => direction === "higher") ? ["↑ higher is better"] : []),
    ...(table.columns.some(({ direction }) => direction === "lower") ? ["↓ lower is better"] : []),
    ...(some((cell) => cell.differenceToBase !== null) ? ["▲ ▼ difference to the base model"] : []),
  ].join(" · ");
}

/** None where neither more nor less is better. */
function directionArrow({ direction }: BenchmarkColumn): readonly HTMLElement[] {
  if (direction === "none") return [];
  const arrow = element("span", "sl-BenchmarkTable-direction", [direction === "higher" ? "↑" : "↓"]);
  arrow.setAttribute("role", "img");
  arrow.setAttribute("aria-label", `${direction} is better`);
  return [arrow];
}

function head(columns: readonly BenchmarkColumn[]): HTMLElement {
  return element("tr", "", [
    heading("col", "sl-BenchmarkTable-label", ["Model"]),
    ...columns.map((column) => {
      const metric = element("span", "sl-BenchmarkTable-metric", [
        `${column.metric}${column.unit === "fraction" ? "" : `, ${column.unit}`} `,
        ...directionArrow(column),
      ]);
      const cell = heading("col", "", [element("span", "sl-BenchmarkTable-benchmark", [column.label]), metric]);
      cell.title = column.detail;
      return cell;
    }),
  ]);
}

function drawSection(section: BenchmarkSection, columns: readonly BenchmarkColumn[]): HTMLElement {
  const body = element("tbody", "", [headingRow(section.title, "sl-BenchmarkTable-section", columns.length)]);
  body.dataset.section = section.kind;
  for (const group of section.groups) {
    const named = group.label !== "" && group.label !== group.rows[0]?.label;
    if (named) body.append(headingRow(group.label, "sl-BenchmarkTable-group", columns.length));
    for (const row of group.rows) {
      const depth = Number(named) + Number(!row.isBase && group.rows.some(({ isBase }) => isBase));
      body.append(drawRow(row, columns, depth));
    }
  }
  return body;
}

/** A heading over the rows below it. The name stays in view while the columns scroll; the rest of the row is empty. */
function headingRow(label: string, className: string, columns: number): HTMLElement {
  const rest = element("td", "", []);
  rest.setAttribute("colspan", String(Math.max(1, columns)));
  return element("tr", className, [heading("rowgroup", "sl-BenchmarkTable-label", [label]), rest]);
}

function drawRow(row: BenchmarkRow, columns: readonly BenchmarkColumn[], depth: number): HTMLElement {
  const label = heading("row", `sl-BenchmarkTable-label sl-mod-depth${String(depth)}`, [row.label]);
  return element("tr", row.isBase ? "sl-mod-base" : "", [
    label,
    ...columns.map((column) => {
      const cell = Object.hasOwn(row.cells, column.id) ? row.cells[column.id] : null;
      const drawn = drawCell(cell ?? null, column);
      drawn.dataset.column = column.id;
      drawn.dataset.row = row.label;
      return drawn;
    }),
  ]);
}

function drawCell(cell: BenchmarkCell | null, column: BenchmarkColumn): HTMLElement {
  if (cell === null) return element("td", "sl-mod-missing", [spoken("–", "not measured")]);
  const lines = [
    cell.value === null
      ? element("span", "sl-mod-missing", ["none scored"])
      : value(cell.value, { standardError: cell.standardError, unit: column.unit }),
    ...(cell.differenceToBase === null ? [] : [difference(cell.differenceToBase, { column, doubts: cell.doubts })]),
    ...(cell.paper === null
      ? []
      : [element("span", "sl-BenchmarkTable-paper", [`paper ${inUnit(cell.paper, column.unit)}`])]),
    ...(cell.unscored === 0
      ? []
      : [element("span", "sl-BenchmarkTable-unscored", [`${String(cell.unscored)} unscored`])]),
  ];
  const drawn = element("td", "", [element("div", "sl-BenchmarkTable-cell", lines)]);
  if (cell.value !== null) drawn.dataset.value = String(cell.value);
  if (cell.standardError !== null) drawn.dataset.standardError = String(cell.standardError);
  if (cell.differenceToBase !== null) drawn.dataset.difference = String(cell.differenceToBase);
  if (cell.doubts.length > 0) drawn.dataset.doubts = cell.doubts.join(" ");
  if (cell.paper !== null) drawn.dataset.paper = String(cell.paper);
  if (cell.n !== null) drawn.title = `n = ${String(cell.n)}`;
  return drawn;
}

function value(
  number: number,
  { standardError, unit }: Pick<BenchmarkCell, "standardError"> & Pick<BenchmarkColumn, "unit">,
): HTMLElement {
  const error =
    standardError === null ? [] : [element("span", "sl-BenchmarkTable-error", [` ± ${inUnit(standardError, unit)}`])];
  return element("span", "sl-BenchmarkTable-value", [inUnit(number, unit), ...error]);
}

function difference(
  fraction: number,
  { column, doubts }: { readonly column: BenchmarkColumn; readonly doubts: readonly GainDoubt[] },
): HTMLElement {
  const meaning = verdict(fraction, column);
  const arrow = meaning === "same" ? "" : fraction > 0 ? "▲ " : "▼ ";
  const signs = doubts.map((doubt) => (doubt === "language" ? "†" : "‡")).join("");
  const words = doubts.map((doubt) => `, ${doubtWords[doubt]}`).join("");
  const shown = `${arrow}${signedInUnit(fraction, column.unit)}${signs === "" ? "" : ` ${signs}`}`;
  const drawn = spoken(shown, `${signedInUnit(fraction, column.unit)} to the base, ${meaning}${words}`);
  drawn.className = `sl-BenchmarkTable-difference sl-mod-${meaning}`;
  drawn.title = `${meaning} ${meaning === "same" ? "as" : "than"} the base${words}`;
  return drawn;
}

const doubtWords: Readonly<Record<GainDoubt, string>> = {
  language: "but with a worse language check",
  spread: "but with choices nearer together",
};

function notes(sentences: readonly string[]): readonly HTMLElement[] {
  if (sentences.length === 0) return [];
  return [
    element(
      "ul",
      "sl-BenchmarkTable-notes",
      sentences.map((sentence) => element("li", "", [sentence])),
    ),
  ];
}

/** The tooltips of the columns again, for readers without a pointer. */
function details(columns: readonly BenchmarkColumn[]): readonly HTMLElement[] {
  const lines = columns.filter(({ detail }) => detail !== "").map(({ detail }) => element("li", "", [detail]));
  if (lines.length === 0) return [];
  const summary = element("summary", "", ["What the columns measure"]);
  return [element("details", "sl-BenchmarkTable-details", [summary, element("ul", "", lines)])];
}

function heading(
  scope: "col" | "row" | "rowgroup",
  className: string,
  children: readonly (Node | string)[],
): HTMLElement {
  const cell = element("th", className, children);
  cell.setAttribute("scope", scope);
  return cell;
}

/** Text for the eye and, in its place, words for a screen reader. */
function spoken(shown: string, words: string): HTMLElement {
  const eye = element("span", "", [shown]);
  eye.setAttribute("aria-hidden", "true");
  return element("span", "", [eye, element("span", "sl-BenchmarkTable-spoken", [words])]);
}

/** An element with a class and children; a string becomes a text node, so markup in it stays text. */
function element(name: string, className: string, children: readonly (Node | string)[]): HTMLElement {
  const created = document.createElement(name);
  if (className !== "") created.className = className;
  created.append(...children);
  return created;
}
