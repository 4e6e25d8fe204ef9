import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tableFromIPC, tableToIPC } from "apache-arrow";

import { loadResults, saveResults } from "../../src/result/file.ts";
import { gitCommit } from "../../src/result/provenance.ts";
import { resultValue, sampleRows, summaryRows } from "../../src/result/table.ts";
import { sampleResults, sampleRow, summaryRow } from "./sample-results.ts";

describe("result/table", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-result-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("rows come back from Arrow as they went in, nulls and lists included", () => {
    const results = sampleResults();
    assert.deepEqual(sampleRows(results)[0], sampleRow());
    assert.deepEqual(sampleRows(results)[3]?.loglikelihoods, [null, -1]);
    assert.equal(sampleRows(results)[3]?.prediction, null);
    assert.deepEqual(sampleRows(results)[3]?.scoreNames, []);
    assert.deepEqual(summaryRows(results)[0], summaryRow());
    assert.equal(summaryRows(results)[3]?.standardError, null);
    assert.equal(results.samples.numRows, 4);
  });

  it("sampleRows() filters by benchmark and model", () => {
    const results = sampleResults();
    assert.equal(sampleRows(results, { model: "Tiny <tuned>" }).length, 2);
    assert.equal(sampleRows(results, { benchmark: "ethics_virtue" }).length, 0);
  });

  it("resultValue() reads one number and names what there is where there is none", () => {
    const key = { model: "Tiny base", benchmark: "ethics", metric: "acc" };
    assert.equal(resultValue(sampleResults(), key), 0.458);
    assert.throws(() => resultValue(sampleResults(), { ...key, metric: "em" }), {
      name: "RangeError",
      message: /Cannot find Tiny base \/ ethics \/ em in the results: expected one of Tiny base \/ ethics_cm \/ acc/,
    });
  });

  it("saveResults() and loadResults() give back the same table and leave nothing else behind", async () => {
    const path = join(folder, "results.arrow");
    const score = { model: "Tiny base", text: "t", natsPerToken: 1 / 3, natsPerByte: 0.1, tokens: 10, bytes: 40 };
    const results = { ...sampleResults(), language: [score] };
    await writeFile(path, "an older file");
    await saveResults(results, path);
    const loaded = await loadResults(path);
    assert.deepEqual(sampleRows(loaded), sampleRows(results));
    assert.deepEqual(summaryRows(loaded), summaryRows(results));
    assert.deepEqual(loaded.provenance, results.provenance);
    assert.deepEqual(loaded.language, [score]);
    assert.deepEqual(await readdir(folder), ["results.arrow"]);
  });

  it("loadResults() reads a file of before the language check was kept", async () => {
    const path = join(folder, "results.arrow");
    await saveResults(sampleResults(), path);
    const table = tableFromIPC(await readFile(path));
    table.schema.metadata.delete("sightlab.language");
    await writeFile(path, tableToIPC(table, "file"));
    assert.deepEqual((await loadResults(path)).language, []);
  });

  it("loadResults() reads a file of before units were kept: its numbers are fractions", async () => {
    const path = join(folder, "old.arrow");
    await saveResults(sampleResults(), path);
    const table = tableFromIPC(await readFile(path));
    const summary = JSON.parse(table.schema.metadata.get("sightlab.summary") ?? "") as Record<string, unknown>[];
    for (const row of summary) delete row.unit;
    table.schema.metadata.set("sightlab.summary", JSON.stringify(summary));
    await writeFile(path, tableToIPC(table, "file"));
    assert.deepEqual(summaryRows(await loadResults(path)), summaryRows(sampleResults()));
  });

  it("saveResults() leaves nothing behind where it cannot write", async () => {
    const path = join(folder, "taken");
    await mkdir(join(path, "inside"), { recursive: true });
    await assert.rejects(saveResults(sampleResults(), path));
    assert.deepEqual(await readdir(folder), ["taken"]);
  });

  it("loadResults() rejects a file that is not Arrow and one that is cut", async () => {
    const path = join(folder, "results.arrow");
    await writeFile(path, "model,value\n");
    await assert.rejects(loadResults(path), {
      name: "DataFormatError",
      message: /expected an Arrow file, got .*"model,"/,
    });
    await saveResults(sampleResults(), path);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length / 2));
    await assert.rejects(loadResults(path), { name: "DataFormatError" });
  });

  it("gitCommit() follows HEAD to a loose or packed branch", async () => {
    const git = join(folder, ".git");
    await mkdir(join(git, "refs/heads"), { recursive: true });
    await writeFile(join(git, "HEAD"), "ref: refs/heads/main\n");
    await writeFile(join(git, "packed-refs"), "# pack-refs\nabc refs/heads/main\n");
    assert.equal(gitCommit(git), "abc");
    await writeFile(join(git, "refs/heads/main"), "def\n");
    assert.equal(gitCommit(git), "def");
    await writeFile(join(git, "HEAD"), "123\n");
    assert.equal(gitCommit(git), "123");
    assert.equal(gitCommit(join(folder, "nowhere")), null);
  });
});
