import assert from "node:assert/strict";
import type * as drawn from "../../extension/src/benchmark-table.ts";
import { benchmarkMimeType } from "../../extension/src/benchmark-table.ts";
import { parseBenchmarkTable } from "../../extension/src/parse.ts";
import type * as reported from "../../src/report/benchmark-table.ts";
import { benchmarkMimeType as reportedMimeType } from "../../src/report/benchmark-table.ts";
import { sampleTable } from "./sample-table.ts";

/** The sample after a trip through JSON, with one field replaced; `path` is for example "columns/0/label". */
function sampleWith(path: string, replacement: unknown): unknown {
  const table: unknown = JSON.parse(JSON.stringify(sampleTable));
  const keys = path.split("/");
  const last = keys.pop() ?? "";
  const parent = keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], table);
  (parent as Record<string, unknown>)[last] = replacement;
  return table;
}

/** True where each type is assignable to the other. Asked level by level: the compiler gives up a few lists deep. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

describe("parseBenchmarkTable()", () => {
  const cell = "sections/0/groups/0/rows/0/cells/ethics_cm.acc";

  it("has the library's type and MIME type", () => {
    const same: readonly [
      Same<drawn.BenchmarkTable, reported.BenchmarkTable>,
      Same<drawn.BenchmarkColumn, reported.BenchmarkColumn>,
      Same<drawn.BenchmarkSection, reported.BenchmarkSection>,
      Same<drawn.BenchmarkGroup, reported.BenchmarkGroup>,
      Same<drawn.BenchmarkRow, reported.BenchmarkRow>,
      Same<drawn.BenchmarkCell, reported.BenchmarkCell>,
    ] = [true, true, true, true, true, true];
    assert.ok(same.every(Boolean));
    assert.equal(benchmarkMimeType, reportedMimeType);
  });

  it("reads what the library writes, to the last digit", () => {
    assert.deepEqual(parseBenchmarkTable(JSON.parse(JSON.stringify(sampleTable))), sampleTable);
  });

  it("ignores fields it does not know", () => {
    assert.deepEqual(parseBenchmarkTable(sampleWith("madeBy", "a later version")), sampleTable);
  });

  it("reads a table of before doubts were kept", () => {
    const { cells } =
      parseBenchmarkTable(sampleWith(`${cell}/doubts`, undefined)).sections[0]?.groups[0]?.rows[0] ?? {};
    assert.deepEqual(cells?.["ethics_cm.acc"]?.doubts, []);
  });

  it("reads a table of before units were kept", () => {
    assert.equal(parseBenchmarkTable(sampleWith("columns/0/unit", undefined)).columns[0]?.unit, "fraction");
  });

  it("keeps a column named like a property of every object", () => {
    const table = parseBenchmarkTable(JSON.parse(JSON.stringify(sampleTable).replaceAll("ethics_cm.acc", "__proto__")));
    const cells = table.sections[0]?.groups[0]?.rows[0]?.cells ?? {};
    assert.ok(Object.hasOwn(cells, "__proto__"));
  });

  const refusals: readonly (readonly [path: string, replacement: unknown, message: string])[] = [
    ["formatVersion", 2, `"table.formatVersion": expected 1, got 2`],
    ["title", undefined, `"table.title": expected a text, got nothing`],
    ["columns", {}, `"table.columns": expected a list, got an object`],
    ["columns/1/unit", "metres", `"table.columns[1].unit": expected "fraction" or "points" or "nats", got "metres"`],
    ["columns/1/direction", "up", `"table.columns[1].direction": expected "higher" or "lower" or "none", got "up"`],
    ["sections/0/kind", null, `"table.sections[0].kind": expected "measured" or "baseline" or "paper", got null`],
    ["sections/0/groups/1/rows", "none", `"table.sections[0].groups[1].rows": expected a list, got "none"`],
    ["sections/0/groups/0/rows/1", [], `"table.sections[0].groups[0].rows[1]": expected an object, got a list`],
    [
      "sections/0/groups/0/rows/1/isBase",
      1,
      `"table.sections[0].groups[0].rows[1].isBase": expected true or false, got 1`,
    ],
    [
      `${cell}/value`,
      "0.5",
      `"table.sections[0].groups[0].rows[0].cells.ethics_cm.acc.value": expected a finite number, got "0.5"`,
    ],
    [
      `${cell}/doubts`,
      ["taste"],
      `"table.sections[0].groups[0].rows[0].cells.ethics_cm.acc.doubts[0]": expected "language" or "spread", got "taste"`,
    ],
    [`${cell}/n`, 1.5, `"table.sections[0].groups[0].rows[0].cells.ethics_cm.acc.n": expected a count, got 1.5`],
    [
      `${cell}/unscored`,
      -1,
      `"table.sections[0].groups[0].rows[0].cells.ethics_cm.acc.unscored": expected a count, got -1`,
    ],
    [
      `${cell}/paper`,
      undefined,
      `"table.sections[0].groups[0].rows[0].cells.ethics_cm.acc.paper": expected a finite number, got nothing`,
    ],
    ["notes/0", 7, `"table.notes[0]": expected a text, got 7`],
  ];
  for (const [path, replacement, message] of refusals) {
    it(`names ${path} where it is ${replacement === undefined ? "missing" : JSON.stringify(replacement)}`, () => {
      assert.throws(() => parseBenchmarkTable(sampleWith(path, replacement)), {
        name: "TypeError",
        message: `Cannot read benchmark table at ${message}`,
      });
    });
  }

  for (const data of [undefined, null, 7, "table", []]) {
    it(`refuses ${data === undefined ? "nothing" : JSON.stringify(data)} as a table`, () => {
      assert.throws(() => parseBenchmarkTable(data), {
        name: "TypeError",
        message: /^Cannot read .*expected an object/,
      });
    });
  }
});
