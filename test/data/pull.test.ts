import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { seededRandom } from "../../src/base/random.ts";
import { type ProgressEvent } from "../../src/base/task.ts";
import { readRecord } from "../../src/data/data-folder.ts";
import { type Manifest, type ManifestFile } from "../../src/data/manifest.ts";
import { type PulledFile, pullDataset, type PullOptions } from "../../src/data/pull.ts";
import { skip } from "../skip.ts";
import { type FileServer, startFileServer } from "./file-server.ts";

const random = seededRandom(3);
const bytes = Uint8Array.from({ length: 1_000_000 }, () => random.integer(256));
const other = Uint8Array.from(bytes, (byte) => byte ^ 1);
const hashOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
const quick = { tries: 4, delayMs: () => 0 };

describe("data/pull", () => {
  let folder = "";
  let server: FileServer;
  const events: ProgressEvent[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-pull-"));
    server = await startFileServer({ "a.bin": bytes, "sub/ü b.bin": bytes });
    events.length = 0;
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  function manifest(file: Partial<ManifestFile> = {}): Manifest {
    const one = { path: "a.bin", address: `${server.address}/a.bin`, sha256: hashOf(bytes), rows: 1 };
    const files = [{ ...one, bytes: null, unpack: null, note: null, ...file }];
    return { name: "x", title: "X", licence: "MIT", homepage: "https://example.org", paper: null, byHand: null, files };
  }

  function pull(file: Partial<ManifestFile> = {}, options: PullOptions = {}): Promise<readonly PulledFile[]> {
    const progress = (event: ProgressEvent): void => void events.push(event);
    return pullDataset(manifest(file), { folder, progress, retry: quick, ...options });
  }

  const here = (): string[] => (existsSync(join(folder, "x")) ? readdirSync(join(folder, "x")).sort() : []);
  const content = (): Promise<Buffer> => readFile(join(folder, "x", "a.bin"));

  it("downloads, verifies, records, and asks nothing the second time", async () => {
    assert.deepEqual(await pull(), [{ path: "a.bin", state: "pulled", sha256: hashOf(bytes), isVerified: true }]);
    assert.deepEqual(await content(), Buffer.from(bytes));
    assert.deepEqual(here(), [".sightlab.json", "a.bin"]);
    assert.deepEqual(await readRecord(join(folder, "x")), {
      "a.bin": { sha256: hashOf(bytes), bytes: bytes.length, from: `${server.address}/a.bin`, isVerified: true },
    });
    const last = events.at(-1);
    assert.deepEqual(
      [last?.label, last?.unit, last?.completed, last?.total, last?.state],
      ["Downloading a.bin", "bytes", bytes.length, bytes.length, "done"],
    );
    assert.equal((await pull())[0]?.state, "was here");
    assert.equal(server.seen.length, 1);
  });

  it("goes on at its byte after a broken connection, within one call", async () => {
    server.behave("a.bin", { breakAfter: 400_000 }, { breakAfter: 300_000 }, {});
    await pull();
    assert.deepEqual(await content(), Buffer.from(bytes));
    const ranges = server.seen.map(({ range, ifRange }) => [range, ifRange]);
    assert.equal(ranges.length, 3);
    assert.deepEqual(ranges[0], [undefined, undefined]);
    const starts = ranges.slice(1).map(([range]) => Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1]));
    assert.ok((starts[0] ?? 0) > 0 && (starts[1] ?? 0) > (starts[0] ?? 0), String(starts));
    assert.deepEqual(
      ranges.slice(1).map(([, tag]) => tag),
      ['"v1"', '"v1"'],
    );
  });

  it("goes on at its byte in the next call, after a server that was gone", async () => {
    server.behave("a.bin", { breakAfter: 400_000 }, { status: 503 });
    await assert.rejects(pull(), {
      message: /Cannot download ".*a.bin": expected its bytes, got status 503 \(4 tries\)/,
    });
    assert.deepEqual(here(), ["a.bin.partial", "a.bin.partial.json"]);
    const { size } = statSync(join(folder, "x", "a.bin.partial"));
    server.behave("a.bin", {});
    await pull();
    assert.equal(server.seen.at(-1)?.range, `bytes=${size}-`);
    assert.deepEqual(await content(), Buffer.from(bytes));
    assert.deepEqual(here(), [".sightlab.json", "a.bin"]);
  });

  it("begins anew where the file changed on the server, or the server knows no ranges", async () => {
    for (const next of [
      { etag: '"v2"', bytes: other },
      { ignoresRanges: true, bytes: other },
    ]) {
      server.behave("a.bin", { breakAfter: 400_000 }, next);
      await pull({ sha256: hashOf(other) });
      assert.deepEqual(await content(), Buffer.from(other));
      await rm(join(folder, "x"), { recursive: true });
    }
  });

  it("begins anew without an ETag where nobody knows the SHA-256, and goes on where somebody does", async () => {
    for (const [sha256, goesOn] of [
      [null, false],
      [hashOf(bytes), true],
    ] as const) {
      server.seen.length = 0;
      server.behave("a.bin", { breakAfter: 400_000, etag: null }, { etag: null });
      await pull({ sha256 });
      assert.equal(server.seen[1]?.range !== undefined, goesOn);
      assert.deepEqual(await content(), Buffer.from(bytes));
      await rm(join(folder, "x"), { recursive: true });
    }
  });

  it("takes a partial file that is whole already, and drops one that is longer than the file", async () => {
    const leave = async (part: Uint8Array): Promise<void> => {
      await mkdir(join(folder, "x"), { recursive: true });
      await writeFile(join(folder, "x", "a.bin.partial"), part);
      const state = { address: `${server.address}/a.bin`, validator: '"v1"' };
      await writeFile(join(folder, "x", "a.bin.partial.json"), JSON.stringify(state));
    };
    for (const part of [bytes, Buffer.concat([bytes, bytes])]) {
      await leave(part);
      await pull();
      assert.deepEqual(await content(), Buffer.from(bytes));
      await rm(join(folder, "x"), { recursive: true });
    }
  });

  it("throws bytes of another SHA-256 away, and says both", async () => {
    server.behave("a.bin", { bytes: other });
    await assert.rejects(pull(), {
      name: "DataFormatError",
      message: new RegExp(`Cannot take "a.bin" from ".*": expected SHA-256 ${hashOf(bytes)}, got ${hashOf(other)}`),
    });
    assert.deepEqual(here(), []);
  });

  it("records the SHA-256 that nobody knew, calls it unverified, and holds later pulls to it", async () => {
    const [pulled] = await pull({ sha256: null });
    assert.deepEqual([pulled?.sha256, pulled?.isVerified], [hashOf(bytes), false]);
    await rm(join(folder, "x", "a.bin"));
    server.behave("a.bin", { bytes: other });
    await assert.rejects(pull({ sha256: null }), { name: "DataFormatError", message: /expected SHA-256/ });
  });

  it("leaves a file of another SHA-256 that is here as it is", async () => {
    await mkdir(join(folder, "x"));
    await writeFile(join(folder, "x", "a.bin"), other);
    await assert.rejects(pull(), { name: "RangeError", message: /Cannot pull "a.bin" over the file at/ });
    assert.deepEqual(await content(), Buffer.from(other));
  });

  it("tries a busy server again when it says, and does not ask one again that refuses", async () => {
    const asked: (string | null)[] = [];
    const delayMs = (_: number, retryAfter: string | null): number => {
      asked.push(retryAfter);
      return 0;
    };
    server.behave("a.bin", { status: 429, retryAfter: "7" }, { status: 500 }, {});
    await pull({}, { retry: { tries: 4, delayMs } });
    assert.deepEqual(asked, ["7", null]);
    await assert.rejects(pull({ path: "b.bin", address: `${server.address}/b.bin` }), { message: /got status 404$/ });
    assert.equal(server.seen.filter(({ path }) => path === "b.bin").length, 1);
  });

  it("stops at once, and keeps what has arrived", async () => {
    server.behave("a.bin", { stalls: true });
    const controller = new AbortController();
    const progress = (event: ProgressEvent): void => {
      if (event.completed > 0) controller.abort("enough");
    };
    await assert.rejects(pull({}, { signal: controller.signal, progress }), { name: "AbortError" });
    assert.equal(statSync(join(folder, "x", "a.bin.partial")).size, 10);
  });

  it("says that the disk is full, without trying again", async function () {
    if (!existsSync("/dev/full")) skip(this, "no /dev/full here");
    await mkdir(join(folder, "x"));
    await symlink("/dev/full", join(folder, "x", "a.bin.partial"));
    await assert.rejects(pull(), {
      code: "ENOSPC",
      message: /Cannot write ".*a.bin.partial": expected room for 1000000 more bytes, got a full disk/,
    });
    assert.equal(server.seen.length, 1);
  });

  it("takes files of a mirror by their paths", async () => {
    const path = "sub/ü b.bin";
    await pull({ path, address: null }, { from: `${server.address}/` });
    assert.deepEqual(await readFile(join(folder, "x", path)), Buffer.from(bytes));
    assert.deepEqual(await pull({ path: "c.bin", address: null }), [
      { path: "c.bin", state: "by hand", sha256: null, isVerified: false },
    ]);
  });

  describe("archives", () => {
    const long = `${"long-name-".repeat(12)}.txt`;
    let archives: Readonly<Record<string, Buffer>> = {};

    before(async () => {
      const made = await mkdtemp(join(tmpdir(), "sightlab-archive-"));
      await mkdir(join(made, "top", "deep"), { recursive: true });
      await writeFile(join(made, "top", "a.txt"), "alpha ".repeat(5000));
      await writeFile(join(made, "top", "deep", long), "beta");
      await writeFile(join(made, "top", "deep", "empty"), "");
      const python = [
        "import sys, tarfile, zipfile, os",
        "os.chdir(sys.argv[1])",
        "for n, m, f in (('g.tar.gz', 'w:gz', tarfile.GNU_FORMAT), ('p.tar', 'w', tarfile.PAX_FORMAT), ('u.tgz', 'w:gz', tarfile.PAX_FORMAT)):",
        "    with tarfile.open(n, m, format=f) as t: t.add('top')",
        "for n, c in (('d.zip', zipfile.ZIP_DEFLATED), ('s.zip', zipfile.ZIP_STORED)):",
        "    with zipfile.ZipFile(n, 'w', c) as z:",
        "        for r, _, fs in os.walk('top'):",
        "            for f in fs: z.write(os.path.join(r, f))",
        "with zipfile.ZipFile('evil.zip', 'w') as z: z.writestr('../out.txt', 'x')",
        "with tarfile.open('link.tar', 'w') as t:",
        "    i = tarfile.TarInfo('l'); i.type = tarfile.SYMTYPE; i.linkname = '/etc/passwd'; t.addfile(i)",
      ].join("\n");
      execFileSync("python3", ["-c", python, made]);
      const names = readdirSync(made).filter((name) => name !== "top");
      archives = Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await readFile(join(made, name))] as const)),
      );
      await rm(made, { recursive: true });
    });

    async function pullArchive(
      path: string,
      archive = archives[path] ?? Buffer.alloc(0),
      strip = 1,
    ): Promise<readonly PulledFile[]> {
      server.behave(path, { bytes: archive });
      return pull({
        path,
        address: `${server.address}/${path}`,
        sha256: hashOf(archive),
        unpack: { into: "images/val", strip },
      });
    }

    for (const path of ["g.tar.gz", "p.tar", "u.tgz", "d.zip", "s.zip"]) {
      it(`unpacks ${path}, keeps the files only, and does not pull it again`, async () => {
        await pullArchive(path);
        const into = join(folder, "x", "images", "val");
        assert.equal(await readFile(join(into, "a.txt"), "utf8"), "alpha ".repeat(5000));
        assert.equal(await readFile(join(into, "deep", long), "utf8"), "beta");
        assert.equal(await readFile(join(into, "deep", "empty"), "utf8"), "");
        assert.deepEqual(here(), [".sightlab.json", "images"]);
        assert.equal((await pullArchive(path))[0]?.state, "was here");
        assert.equal(server.seen.length, 1);
      });
    }

    it("refuses entries outside the folder, links, and archives that are cut off", async () => {
      await assert.rejects(pullArchive("evil.zip"), { name: "DataFormatError", message: /got "..\/out.txt"/ });
      await assert.rejects(pullArchive("link.tar"), { name: "DataFormatError", message: /got "l" of type "2"/ });
      for (const path of ["g.tar.gz", "p.tar", "d.zip"]) {
        const whole = archives[path] ?? Buffer.alloc(0);
        await assert.rejects(pullArchive(path, whole.subarray(0, whole.length / 2)), SyntaxError, path);
      }
      assert.equal(existsSync(join(folder, "x", "images")), false);
      assert.equal(existsSync(join(folder, "out.txt")), false);
    });
  });
});
