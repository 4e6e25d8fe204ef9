import assert from "node:assert/strict";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type FileStamp } from "../../src/base/language-model.ts";
import { runInTask } from "../../src/base/task.ts";
import { fingerprintOf } from "../../src/model/fingerprint.ts";

describe("model/fingerprint", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-fingerprint-"));
    await writeFile(join(folder, "config.json"), "{}");
    await writeFile(join(folder, "model.safetensors"), "weights");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Remembers in memory and counts the files that were read. */
  function memory(): {
    recall: (file: FileStamp) => string | undefined;
    remember: () => Promise<void>;
    read: () => number;
  } {
    const known = new Map<string, string>();
    let read = 0;
    return {
      recall: (file) => known.get(JSON.stringify(file)),
      remember: (file?: FileStamp, sha256 = "") => {
        read += 1;
        known.set(JSON.stringify(file), sha256);
        return Promise.resolve();
      },
      read: () => read,
    };
  }

  it("fingerprintOf() changes with the weights and the configuration, not with other files", async () => {
    const first = await fingerprintOf(folder, memory());
    await writeFile(join(folder, "README.md"), "words");
    assert.equal(await fingerprintOf(folder, memory()), first);
    await writeFile(join(folder, "config.json"), "{ }");
    const second = await fingerprintOf(folder, memory());
    await writeFile(join(folder, "model.safetensors"), "weightz");
    const third = await fingerprintOf(folder, memory());
    await writeFile(join(folder, "preprocessor_config.json"), "{}");
    assert.equal(new Set([first, second, third, await fingerprintOf(folder, memory())]).size, 4);
  });

  it("fingerprintOf() reads a file again only where its size or time changed", async () => {
    const remembered = memory();
    const first = await fingerprintOf(folder, remembered);
    assert.equal(await fingerprintOf(folder, remembered), first);
    assert.equal(remembered.read(), 2);
    await utimes(join(folder, "config.json"), new Date(0), new Date(0));
    assert.equal(await fingerprintOf(folder, remembered), first);
    assert.equal(remembered.read(), 3);
  });

  it("fingerprintOf() stops where the ambient task is stopped", async () => {
    const task = { signal: AbortSignal.abort(), progress: () => undefined };
    await assert.rejects(
      runInTask(task, () => fingerprintOf(folder, memory())),
      { name: "AbortError", message: "Stopped hashing config.json" },
    );
  });
});
