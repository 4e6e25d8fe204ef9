/** From the unknown JSON of a notebook to a `BenchmarkTable`, or an error that names the field. */

import type {
  BenchmarkCell,
  BenchmarkColumn,
  BenchmarkGroup,
  BenchmarkRow,
  BenchmarkSection,
  BenchmarkTable,
} from "./benchmark-table.ts";

/** Reads one field found at `where`, or throws. */
type Reader<T> = (value: unknown, where: string) => T;

/** Reads a benchmark table. Throws TypeError with the path of the first field that is not as the format says. */
export function parseBenchmarkTable(data: unknown): BenchmarkTable {
  const [field] = fields(data, "table");
  return {
    formatVersion: field("formatVersion", oneOf(1)),
    title: field("title", text),
    columns: field("columns", list(column)),
    sections: field("sections", list(section)),
    notes: field("notes", list(text)),
  };
}

const column: Reader<BenchmarkColumn> = (value, where) => {
  const [field] = fields(value, where);
  return {
    id: field("id", text),
    label: field("label", text),
    metric: field("metric", text),
    direction: field("direction", oneOf("higher", "lower", "none")),
    unit: field("unit", missingAs("fraction", oneOf("fraction", "points", "nats"))), // older tables hold fractions alone
    detail: field("detail", text),
  };
};

const section: Reader<BenchmarkSection> = (value, where) => {
  const [field] = fields(value, where);
  return {
    kind: field("kind", oneOf("measured", "baseline", "paper")),
    title: field("title", text),
    groups: field("groups", list(group)),
  };
};

const group: Reader<BenchmarkGroup> = (value, where) => {
  const [field] = fields(value, where);
  return { label: field("label", text), rows: field("rows", list(row)) };
};

const row: Reader<BenchmarkRow> = (value, where) => {
  const [field] = fields(value, where);
  return { label: field("label", text), isBase: field("isBase", flag), cells: field("cells", cells) };
};

const cells: Reader<BenchmarkRow["cells"]> = (value, where) => {
  const [field, keys] = fields(value, where);
  return Object.fromEntries(keys.map((key) => [key, field(key, nullable(cell))]));
};

const cell: Reader<BenchmarkCell> = (value, where) => {
  const [field] = fields(value, where);
  return {
    value: field("value", nullable(number)),
    standardError: field("standardError", nullable(number)),
    n: field("n", nullable(count)),
    unscored: field("unscored", count),
    differenceToBase: field("differenceToBase", nullable(number)),
    doubts: field("doubts", missingAs([], list(oneOf("language", "spread")))), // a table of before they were read has none
    paper: field("paper", nullable(number)),
  };
};

/** The fields of an object: a function that reads one of them, and their names. */
function fields(value: unknown, where: string): readonly [<T>(name: string, read: Reader<T>) => T, readonly string[]] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(where, "an object", value);
  const found = new Map<string, unknown>(Object.entries(value));
  return [(name, read) => read(found.get(name), `${where}.${name}`), [...found.keys()]];
}

function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw unexpected(where, "a list", value);
    return value.map((item: unknown, index) => read(item, `${where}[${String(index)}]`));
  };
}

function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : read(value, where));
}

function missingAs<T>(value: T, read: Reader<T>): Reader<T> {
  return (found, where) => (found === undefined ? value : read(found, where));
}

function oneOf<const T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (value, where) => {
    const found = allowed.find((item) => item === value);
    if (found === undefined) throw unexpected(where, allowed.map((item) => JSON.stringify(item)).join(" or "), value);
    return found;
  };
}

const text: Reader<string> = (value, where) => {
  if (typeof value !== "string") throw unexpected(where, "a text", value);
  return value;
};

const flag: Reader<boolean> = (value, where) => {
  if (typeof value !== "boolean") throw unexpected(where, "true or false", value);
  return value;
};

const number: Reader<number> = (value, where) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw unexpected(where, "a finite number", value);
  return value;
};

const count: Reader<number> = (value, where) => {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw unexpected(where, "a count", value);
  return value;
};

function unexpected(where: string, expected: string, found: unknown): TypeError {
  return new TypeError(`Cannot read benchmark table at "${where}": expected ${expected}, got ${describe(found)}`);
}

function describe(found: unknown): string {
  if (found === undefined) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object" && found !== null) return "an object";
  const shown = JSON.stringify(found);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
