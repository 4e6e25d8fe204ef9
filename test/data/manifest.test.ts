import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { datasetNames, datasetsFolder, readManifest } from "../../src/data/manifest.ts";

describe("data/manifest", () => {
  for (const name of datasetNames()) {
    it(`datasets/${name} has a card, a licence, and files whose SHA-256 is known where their rows are`, async () => {
      const manifest = await readManifest(name);
      assert.equal(manifest.name, name);
      assert.ok(existsSync(join(datasetsFolder, name, "README.md")));
      assert.match(manifest.licence, /\w/);
      for (const { path, address, sha256, rows } of manifest.files) {
        assert.ok(address === null || address.startsWith("https://"), path);
        assert.ok(rows === null || sha256 !== null, `${path}: rows of bytes that nobody held`);
      }
    });
  }

  describe("of our own", () => {
    let folder = "";
    const file = { path: "a/b.csv", address: "https://example.org/b.csv", sha256: null, rows: null };
    const write = async (manifest: unknown): Promise<void> => {
      await mkdir(join(folder, "x"), { recursive: true });
      await writeFile(join(folder, "x", "manifest.json"), JSON.stringify(manifest));
    };
    const head = { name: "x", title: "X", licence: "MIT", homepage: "https://example.org", paper: null, byHand: null };
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "sightlab-manifest-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("readManifest() fills in what may be left out", async () => {
      await write({ ...head, files: [file, { ...file, unpack: { into: "" } }] });
      const { files } = await readManifest("x", folder);
      assert.deepEqual(files, [
        { ...file, bytes: null, unpack: null, note: null },
        { ...file, bytes: null, unpack: { into: "", strip: 0 }, note: null },
      ]);
    });

    it("readManifest() names the datasets there are", async () => {
      await write({ ...head, files: [] });
      await assert.rejects(readManifest("y", folder), {
        name: "RangeError",
        message: 'Cannot find dataset "y": expected one of x, got none of them',
      });
    });

    it("readManifest() names the field that is wrong", async () => {
      for (const [bad, message] of [
        [{ ...head }, /"files" at ".*manifest.json": expected an array, got nothing/],
        [{ ...head, licence: "", files: [] }, /"licence" at .*: expected text, got ""/],
        [{ ...head, files: [{ ...file, sha256: "AB" }] }, /"sha256" at ".*: files\[0\]": expected 64 hexadecimal/],
        [{ ...head, files: [{ ...file, address: "ftp://x" }] }, /"address" at .*: expected a URL, got "ftp:\/\/x"/],
        [{ ...head, files: [{ ...file, path: "../b" }] }, /"path" at .*: expected a path below the dataset's folder/],
        [{ ...head, files: [{ ...file, path: "/etc/b" }] }, /"path" at/],
        [{ ...head, files: [{ ...file, unpack: { into: "a/../b" } }] }, /"into" at ".*files\[0\].unpack"/],
        [{ ...head, files: [{ ...file, rows: 1.5 }] }, /"rows" at .*: expected a whole number, got 1.5/],
      ] as const) {
        await write(bad);
        await assert.rejects(readManifest("x", folder), { name: "DataFormatError", message });
      }
      await writeFile(join(folder, "x", "manifest.json"), "{");
      await assert.rejects(readManifest("x", folder), { name: "DataFormatError", message: /expected JSON/ });
    });
  });
});
