import assert from "node:assert/strict";

import fc from "fast-check";

import { parseCsv } from "../../src/base/csv.ts";

const fieldsOf = (text: string): (readonly string[])[] => parseCsv(text, "t.csv").map((row) => row.fields);

describe("base/csv", () => {
  it("parseCsv() reads quotes, commas and line breaks inside quotes, and every row ending", () => {
    assert.deepEqual(fieldsOf('a,b\r\n"1, ""2""\r\n3",\r4,"5"'), [
      ["a", "b"],
      ['1, "2"\r\n3', ""],
      ["4", "5"],
    ]);
  });

  it("parseCsv() keeps empty fields, skips empty lines and the byte order mark", () => {
    assert.deepEqual(fieldsOf('\uFEFFa,,\n\n\n""\nb,'), [["a", "", ""], [""], ["b", ""]]);
  });

  it("parseCsv() counts lines as an editor does", () => {
    const rows = parseCsv('a\n"1\n2\r\n3"\n\nb\n', "t.csv");
    assert.deepEqual(
      rows.map((row) => row.line),
      [1, 2, 6],
    );
  });

  it("parseCsv() names file and line of a quote that is not closed and of text after a quoted field", () => {
    assert.throws(() => parseCsv('a\n"b', "t.csv"), { name: "DataFormatError", message: /"t.csv:2".*closing quote/ });
    assert.throws(() => parseCsv('"a"b', "t.csv"), { name: "DataFormatError", message: /"t.csv:1".*got "b"/ });
  });

  it("parseCsv() reads back any rows that were written with quotes", () => {
    const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ") });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 1 }), { minLength: 1 }), (rows) => {
        const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;
        assert.deepEqual(fieldsOf(rows.map((row) => row.map(quote).join(",")).join("\n")), rows);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
