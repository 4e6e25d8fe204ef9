import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  oneOf,
  orderedEntries,
  readCsvRecords,
  readJsonLines,
  readJsonRecords,
  textField,
} from "../../src/data/records.ts";

describe("data/records", () => {
  let folder = "";
  const file = async (text: string | Uint8Array): Promise<string> => {
    const path = join(folder, "rows.txt");
    await writeFile(path, text);
    return path;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-records-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("readCsvRecords() reads named columns in any order", async () => {
    const [record] = await readCsvRecords(await file("b,a\n1,2\n"), { columns: ["a", "b"], header: true });
    assert.deepEqual(record?.fields, { a: "2", b: "1" });
  });

  it("readCsvRecords() names file, row and field of a row that is too short", async () => {
    const path = await file("a,b\n1,2\n3\n");
    await assert.rejects(readCsvRecords(path, { columns: ["a", "b"], header: true }), {
      name: "DataFormatError",
      message: `Cannot read field "b" at "${path}:3": expected a value, got nothing`,
    });
  });

  it("readCsvRecords() names file and row of a row that is too long, and a column that is missing", async () => {
    await assert.rejects(readCsvRecords(await file("1,2,3\n"), { columns: ["a", "b"], header: false }), {
      name: "DataFormatError",
      message: /rows.txt:1": expected 2 fields \(a, b\), got 3/,
    });
    await assert.rejects(readCsvRecords(await file("a,c\n"), { columns: ["a", "b"], header: true }), {
      name: "DataFormatError",
      message: /field "b" at .*rows.txt:1": expected a column of this name, got a,c/,
    });
  });

  it("readCsvRecords() rejects bytes that are not UTF-8", async () => {
    const path = await file(Uint8Array.of(0x61, 0xff, 0x0a));
    await assert.rejects(readCsvRecords(path, { columns: ["a"], header: false }), {
      name: "DataFormatError",
      message: /expected UTF-8 text/,
    });
  });

  it("oneOf() and textField() name file, row and field", async () => {
    const [record] = await readCsvRecords(await file("2, \n"), { columns: ["label", "text"], header: false });
    assert.ok(record);
    assert.throws(() => oneOf(record, "label", ["0", "1"]), { message: /"label" at .*:1": expected 0 or 1, got "2"/ });
    assert.throws(() => textField(record, "text"), { message: /"text" at .*:1": expected text, got " "/ });
  });

  it("readJsonLines() names the line that is not JSON or not an object", async () => {
    assert.deepEqual(
      (await readJsonLines(await file('{"a":1}\n\n{"a":2}\n'))).map((record) => record.value),
      [{ a: 1 }, { a: 2 }],
    );
    await assert.rejects(readJsonLines(await file('{"a":1}\n{')), { name: "DataFormatError", message: /rows.txt:2"/ });
    await assert.rejects(readJsonLines(await file("[1]")), {
      message: /rows.txt:1": expected an object, got an array/,
    });
  });

  it("readJsonRecords() rejects what is not an array of objects", async () => {
    await assert.rejects(readJsonRecords(await file("{}")), { message: /expected an array of objects, got a object/ });
    await assert.rejects(readJsonRecords(await file("[{}, 3]")), { message: /rows.txt\[1\]": expected an object/ });
  });

  it("orderedEntries() keeps the order of the file where keys are numbers", async () => {
    const [record] = await readJsonRecords(await file('[{"b \\"7\\": x":1,"1945":2,"12" :3,"a":4}]'));
    assert.deepEqual(orderedEntries(record?.value ?? {}), [
      ['b "7": x', 1],
      ["1945", 2],
      ["12", 3],
      ["a", 4],
    ]);
  });
});
