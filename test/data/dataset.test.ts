import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { datasetFile, locateDataset } from "../../src/data/dataset.ts";
import { readCommonsense, readDeontology, readJustice, readUtilitarianism, readVirtue } from "../../src/data/ethics.ts";
import { readTruthfulqa, readTruthfulqaMc } from "../../src/data/truthfulqa.ts";
import { sampleLocation } from "../eval/real-data.ts";

describe("data/dataset", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-data-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("locateDataset() takes the named folder, then SIGHTLAB_DATA", async () => {
    await mkdir(join(folder, "ethics"));
    const wanted = { name: "ethics", folder: join(folder, "ethics"), isSample: false };
    assert.deepEqual(locateDataset("ethics", { folder }), wanted);
    assert.deepEqual(locateDataset("ethics", { environment: { SIGHTLAB_DATA: folder } }), wanted);
  });

  it("locateDataset() takes our sample where SIGHTLAB_DATA does not have the dataset", () => {
    assert.deepEqual(locateDataset("ethics", { environment: { SIGHTLAB_DATA: folder } }), sampleLocation("ethics"));
  });

  it("locateDataset() says what is missing where a folder was named", () => {
    assert.throws(() => locateDataset("ethics", { folder }), {
      name: "RangeError",
      message: /"ethics" in the data folder/,
    });
    const environment = { SIGHTLAB_DATA: join(folder, "nowhere") };
    assert.throws(() => locateDataset("ethics", { environment }), { name: "RangeError", message: /in SIGHTLAB_DATA/ });
  });

  it("datasetFile() calls a file real only where its SHA-256 is the published one", async () => {
    await cp(sampleLocation("ethics").folder, join(folder, "ethics"), { recursive: true });
    const location = locateDataset("ethics", { folder });
    assert.equal((await datasetFile(location, "cm_test.csv")).provenance, "other");
    assert.equal((await datasetFile(sampleLocation("ethics"), "cm_test.csv")).provenance, "sample");
    await assert.rejects(datasetFile(location, "x.csv"), {
      name: "RangeError",
      message: /"x.csv" of dataset "ethics"/,
    });
  });

  it("the samples have the form of the real files, enough rows, and balanced labels", async () => {
    const ethics = sampleLocation("ethics");
    const share = (rows: readonly { readonly label: number }[]): number =>
      rows.reduce((sum, row) => sum + row.label, 0) / rows.length;
    const commonsense = (await readCommonsense(ethics)).rows;
    const justice = (await readJustice(ethics)).rows;
    const deontology = (await readDeontology(ethics)).rows;
    const virtue = (await readVirtue(ethics)).rows;
    const utilitarianism = (await readUtilitarianism(ethics)).rows;
    assert.deepEqual([share(commonsense), share(justice), share(deontology), share(virtue)], [0.5, 0.5, 0.5, 0.2]);
    assert.deepEqual([justice.length % 4, deontology.length % 4, virtue.length % 5], [0, 0, 0]);
    for (const rows of [commonsense, justice, deontology, virtue, utilitarianism]) assert.ok(rows.length >= 20);
    assert.ok((await readTruthfulqaMc(sampleLocation("truthfulqa"), "v0")).rows.length >= 24);
    assert.ok((await readTruthfulqa(sampleLocation("truthfulqa"), "v0")).rows.length >= 24);
  });

  it("readers name file, row and field of a bad row", async () => {
    const location = { name: "ethics", folder, isSample: false };
    await writeFile(join(folder, "virtue_test.csv"), "label,scenario\n1,Kim laughed. [SEP] merry\n0,Kim laughed.\n");
    await assert.rejects(readVirtue(location), {
      name: "DataFormatError",
      message: /Cannot read field "scenario" at ".*virtue_test.csv:3": expected sentence \[SEP\] trait/,
    });
    await writeFile(join(folder, "cm_test.csv"), "label,input,is_short,edited\nyes,I slept.,True,False\n");
    await assert.rejects(readCommonsense(location), {
      message: /"label" at ".*cm_test.csv:2": expected 0 or 1, got "yes"/,
    });
  });

  it("readTruthfulqaMc() rejects a question whose first mc1 choice is not the true one", async () => {
    const location = { name: "truthfulqa", folder, isSample: false };
    await mkdir(join(folder, "v0"));
    const targets = { "No.": 0, "Yes.": 1 };
    const rows = [{ question: "Is it?", mc1_targets: targets, mc2_targets: targets }];
    await writeFile(join(folder, "v0/mc_task.json"), JSON.stringify(rows));
    await assert.rejects(readTruthfulqaMc(location, "v0"), {
      name: "DataFormatError",
      message: /"mc1_targets" at ".*mc_task.json\[0\]": expected 1 first and then only 0, got 0,1/,
    });
  });
});
