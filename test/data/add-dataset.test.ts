import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { addDataset, type AddOptions } from "../../src/data/add-dataset.ts";
import { dataFolder, recordFile } from "../../src/data/data-folder.ts";
import { datasetFile, locateDataset } from "../../src/data/dataset.ts";
import { listDatasets } from "../../src/data/list-datasets.ts";
import { type Manifest, readManifest } from "../../src/data/manifest.ts";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("data/add-dataset", () => {
  let folder = "";
  let mine = "";
  let datasets = "";
  let manifest: Manifest;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-add-"));
    [mine, datasets] = [join(folder, "mine"), join(folder, "datasets")];
    await mkdir(join(mine, "images", "val"), { recursive: true });
    await mkdir(join(datasets, "x"), { recursive: true });
    await mkdir(join(datasets, "x", "sample"), { recursive: true });
    const files = [
      { path: "v0/known.csv", address: "https://example.org/k", sha256: hashOf("known"), rows: 7 },
      { path: "new.csv", address: "https://example.org/n", sha256: null, rows: null },
      { path: "val.zip", address: null, sha256: null, rows: null, unpack: { into: "images/val" } },
    ];
    const text = {
      name: "x",
      title: "X",
      licence: "MIT",
      homepage: "https://example.org",
      paper: null,
      byHand: "Ask.",
      files,
    };
    await writeFile(join(datasets, "x", "manifest.json"), JSON.stringify(text));
    manifest = await readManifest("x", datasets);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const add = (path = mine, options: AddOptions = {}): ReturnType<typeof addDataset> =>
    addDataset(manifest, path, { folder: join(folder, "data"), ...options });
  const states = async (): Promise<readonly string[]> => {
    const [found] = await listDatasets({ datasets, environment: { SIGHTLAB_DATA: join(folder, "data") } });
    return found?.files.map(({ state }) => state) ?? [];
  };

  it("links files and folders that are there, and says which are verified", async () => {
    await writeFile(join(mine, "known.csv"), "known");
    await writeFile(join(mine, "new.csv"), "new");
    await writeFile(join(mine, "images", "val", "1.png"), "png");
    assert.deepEqual(await add(), [
      { path: "v0/known.csv", state: "added", from: join(mine, "known.csv"), isVerified: true },
      { path: "new.csv", state: "added", from: join(mine, "new.csv"), isVerified: false },
      { path: "val.zip", state: "added", from: join(mine, "images", "val"), isVerified: false },
    ]);
    assert.equal(readlinkSync(join(folder, "data", "x", "v0", "known.csv")), join(mine, "known.csv"));
    assert.equal(await readFile(join(folder, "data", "x", "images", "val", "1.png"), "utf8"), "png");
    assert.deepEqual(await states(), ["verified", "unverified", "unverified"]);
    assert.equal((await add()).length, 3, "a second time is no error");
  });

  it("takes one file alone, and names the others as not there", async () => {
    await writeFile(join(mine, "known.csv"), "known");
    const added = await add(join(mine, "known.csv"));
    assert.deepEqual(
      added.map(({ state }) => state),
      ["added", "not there", "not there"],
    );
    assert.deepEqual(await states(), ["verified", "missing", "missing"]);
  });

  it("links nothing where one file has another SHA-256, but with acceptsOthers", async () => {
    await writeFile(join(mine, "known.csv"), "changed");
    await writeFile(join(mine, "new.csv"), "new");
    await assert.rejects(add(), {
      name: "RangeError",
      message: new RegExp(`as "v0/known.csv": expected SHA-256 ${hashOf("known")}, got ${hashOf("changed")}`),
    });
    await mkdir(join(folder, "data", "x"), { recursive: true });
    assert.deepEqual(await states(), ["missing", "missing", "missing"]);
    await add(mine, { acceptsOthers: true });
    assert.deepEqual(
      await states(),
      ["other", "unverified", "unverified"].map((state, index) => (index === 2 ? "missing" : state)),
    );
  });

  it("names what it looked for, and a path that is not there", async () => {
    await rm(join(mine, "images"), { recursive: true });
    await assert.rejects(add(), { message: /expected v0\/known.csv, new.csv, images\/val, got none of them/ });
    await assert.rejects(add(join(folder, "no")), { message: /expected a file or a folder, got nothing/ });
  });

  it("a file that was pulled is unverified where nobody knew its SHA-256, and other where it came from elsewhere", async () => {
    const location = { name: "truthfulqa", folder: join(folder, "data", "truthfulqa"), isSample: false };
    const path = "v1/mc_task.json";
    const address = (await readManifest("truthfulqa")).files.find((file) => file.path === path)?.address ?? "";
    await mkdir(join(location.folder, "v1"), { recursive: true });
    await writeFile(join(location.folder, path), "[]");
    const provenance = async (): Promise<string> => (await datasetFile(location, path)).provenance;
    assert.equal(await provenance(), "other");
    const record = { sha256: hashOf("[]"), bytes: 2, from: address, isVerified: false };
    await recordFile(location.folder, path, record);
    assert.equal(await provenance(), "unverified");
    await recordFile(location.folder, path, { ...record, from: "/home/me/mc_task.json" });
    assert.equal(await provenance(), "other");
  });

  it("dataFolder() is SIGHTLAB_DATA, else in the checkout; readers find there what was recorded", async () => {
    assert.equal(dataFolder({ SIGHTLAB_DATA: folder }), folder);
    assert.match(dataFolder({}), /\.sightlab[\\/]data$/);
    await mkdir(join(folder, "ethics"));
    assert.equal(locateDataset("ethics", { environment: { SIGHTLAB_DATA: folder } }).folder, join(folder, "ethics"));
  });
});
