import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { seededRandom } from "../../src/base/random.ts";
import { readRecord } from "../../src/data/data-folder.ts";
import { withLock } from "../../src/data/folder-lock.ts";
import { type Manifest } from "../../src/data/manifest.ts";
import { pullDataset } from "../../src/data/pull.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type FileServer, startFileServer } from "./file-server.ts";
import { startPull } from "./pull-process.ts";

const random = seededRandom(4);
const bytes = Uint8Array.from({ length: 200_000 }, () => random.integer(256));
const sha256 = createHash("sha256").update(bytes).digest("hex");

describe("data/folder-lock", function () {
  this.timeout(60_000);
  let folder = "";
  let server: FileServer;

  beforeEach(async () => {
    folder = temporaryFolder("lock");
    server = await startFileServer({ "a.bin": bytes, "b.bin": bytes });
  });
  afterEach(() => server.close());

  function manifest(...paths: readonly string[]): Manifest {
    const files = paths.map((path) => {
      const address = `${server.address}/${path}`;
      return { path, address, sha256, rows: 1, bytes: null, unpack: null, note: null };
    });
    return { name: "x", title: "X", licence: "MIT", homepage: "https://example.org", paper: null, byHand: null, files };
  }

  async function assertWhole(...paths: readonly string[]): Promise<void> {
    assert.deepEqual((await readdir(join(folder, "x"))).sort(), [".sightlab.json", ...paths]);
    assert.deepEqual(Object.keys(await readRecord(join(folder, "x"))).sort(), paths);
    for (const path of paths) assert.deepEqual(await readFile(join(folder, "x", path)), Buffer.from(bytes));
  }

  it("has a second process that pulls the same file wait, and take what the first one brought", async () => {
    let goOn = (): void => undefined;
    const until = new Promise<void>((resolve) => (goOn = resolve));
    server.behave("a.bin", { until });
    const first = startPull({ manifest: manifest("a.bin"), folder });
    await first.prints("Downloading a.bin: 10");
    const second = startPull({ manifest: manifest("a.bin"), folder });
    await second.prints(`Waiting for process ${String(first.child.pid)}, which holds`);
    goOn();
    assert.match(await first.ended, /^a\.bin pulled$/m);
    assert.match(await second.ended, /^a\.bin was here$/m);
    assert.equal(server.seen.length, 1);
    await assertWhole("a.bin");
  });

  it("goes from a process that was killed to the one that waits, which goes on at its byte", async () => {
    server.behave("a.bin", { stalls: true }, {});
    const first = startPull({ manifest: manifest("a.bin"), folder });
    await first.prints("Downloading a.bin: 10");
    const second = startPull({ manifest: manifest("a.bin"), folder });
    await second.prints("Waiting for process");
    first.child.kill("SIGKILL");
    assert.match(await second.ended, /^a\.bin pulled$/m);
    assert.deepEqual(
      server.seen.map(({ range }) => range),
      [undefined, "bytes=10-"],
    );
    await assertWhole("a.bin");
  });

  it("keeps the records of two files of a dataset that are pulled at once", async () => {
    await Promise.all(["a.bin", "b.bin"].map((path) => pullDataset(manifest(path), { folder })));
    await assertWhole("a.bin", "b.bin");
  });

  it("is taken from a process that is no more, or was another one of that number", async () => {
    const lock = join(folder, ".sightlab.lock");
    const owner = { pid: process.pid, started: "1", host: hostname() };
    const deadOwners = [{ ...owner, pid: 2 ** 30 }, ...(process.platform === "linux" ? [owner] : [])];
    for (const left of [...deadOwners.map((dead) => JSON.stringify(dead)), ""]) {
      await writeFile(lock, left);
      await utimes(lock, 0, 0);
      await writeFile(`${lock}.removal`, JSON.stringify(deadOwners[0]));
      assert.equal(await withLock(folder, waiting(), () => Promise.resolve("done")), "done");
      assert.deepEqual(await readdir(folder), []);
    }
  });

  it("is waited for where nobody can know, until one is told to stop", async () => {
    const lock = join(folder, ".sightlab.lock");
    await mkdir(folder, { recursive: true });
    await writeFile(lock, JSON.stringify({ pid: 1, started: "1", host: "elsewhere" }));
    const controller = new AbortController();
    const labels: string[] = [];
    const progress = ({ label, state }: { readonly label: string; readonly state: string }): void => {
      labels.push(`${label}, ${state}`);
      controller.abort("enough");
    };
    const never = (): Promise<never> => assert.fail("the lock was taken");
    await assert.rejects(withLock(folder, { signal: controller.signal, progress }, never), { name: "AbortError" });
    const label = `Waiting for process 1 of elsewhere, which holds "${lock}"`;
    assert.deepEqual(labels, [`${label}, running`, `${label}, stopped`]);
    assert.ok((await stat(lock)).isFile());
  });

  it("is gone after work that failed", async () => {
    const failing = withLock(folder, waiting(), () => Promise.reject(new Error("as it should")));
    await assert.rejects(failing, { message: "as it should" });
    assert.deepEqual(await readdir(folder), []);
  });
});

function waiting(): { readonly signal: AbortSignal; readonly progress: () => void } {
  return { signal: AbortSignal.timeout(20_000), progress: () => undefined };
}
