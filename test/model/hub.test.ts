import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type ProgressEvent, runInTask } from "../../src/base/task.ts";
import { type HubOptions, hubSettings, locateCheckpoint } from "../../src/model/hub.ts";
import { chooseFiles } from "../../src/model/hub-files.ts";
import { open } from "../../src/model/open.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";
import { type HubServer, startHub } from "./hub-server.ts";

describe("model/hub", () => {
  let folder = "";
  let hub: HubServer;
  const events: ProgressEvent[] = [];
  const small = ["config.json", "tokenizer.json", "tokenizer_config.json"];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-hub-"));
    await writeRandomCheckpoint(join(folder, "source"), { seed: 2 });
  });
  beforeEach(async () => {
    hub = await startHub("some-org/tiny.model");
    for (const file of await readdir(join(folder, "source"))) {
      const bytes = await readFile(join(folder, "source", file));
      hub.files.set(file, { bytes, isLarge: file.endsWith(".safetensors") });
    }
    for (const file of ["README.md", "pytorch_model.bin"]) {
      hub.files.set(file, { bytes: Buffer.from("x"), isLarge: true });
    }
    events.length = 0;
  });
  afterEach(async () => {
    await hub.close();
    await rm(join(folder, "cache"), { recursive: true, force: true });
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  function options(change: HubOptions["hub"] = {}): HubOptions {
    const settings = { endpoint: hub.endpoint, cache: join(folder, "cache"), token: null, isOffline: false };
    return { hub: { ...settings, ...change }, retry: { tries: 3, delayMs: () => 0 } };
  }

  function locate(change: HubOptions["hub"] = {}): Promise<string> {
    const task = { signal: new AbortController().signal, progress: (event: ProgressEvent) => void events.push(event) };
    return runInTask(task, () => locateCheckpoint("some-org/tiny.model", options(change)));
  }

  const entry = (): string => join(folder, "cache", "models--some-org--tiny.model");

  it("a model of the hub is brought into the cache, laid out as other programs lay it out, and opens", async () => {
    const snapshot = await locate();
    assert.equal(snapshot, join(entry(), "snapshots", hub.commit));
    assert.deepEqual((await readdir(snapshot)).sort(), ["config.json", "model.safetensors", ...small.slice(1)]);
    for (const file of await readdir(snapshot)) {
      assert.match(await readlink(join(snapshot, file)), /^\.\.\/\.\.\/blobs\/([0-9a-f]{40}|[0-9a-f]{64})$/);
      assert.deepEqual(await readFile(join(snapshot, file)), await readFile(join(folder, "source", file)));
    }
    assert.equal(await readFile(join(entry(), "refs", "main"), "utf8"), hub.commit);
    assert.equal((await readdir(join(entry(), "blobs"))).length, 4);
    const size = hub.files.get("model.safetensors")?.bytes.length;
    const last = events.at(-1);
    assert.deepEqual(
      [last?.label, last?.completed, last?.total, last?.unit, last?.state],
      ["Downloading some-org/tiny.model/model.safetensors", size, size, "bytes", "done"],
    );
    using model = await open("some-org/tiny.model", options());
    assert.equal(model.identity.name, "tiny.model");
  });

  it("two at once wait for each other, and each file is brought once", async () => {
    const [one, other] = await Promise.all([locate(), locate()]);
    assert.equal(one, other);
    const brought = hub.seen.filter(({ host, method }) => host === "cdn" && method === "GET");
    assert.equal(brought.length, 1);
    const waited = events.filter(({ label }) => label.startsWith("Waiting for process "));
    assert.equal(waited.at(-1)?.state, "done");
    assert.deepEqual((await readdir(entry())).sort(), ["blobs", "refs", "snapshots"]);
  });

  it("what is cached is used without a question, by name, by entry and by snapshot", async () => {
    const snapshot = await locate();
    const asked = hub.seen.length;
    assert.equal(await locate(), snapshot);
    assert.equal(await locate({ isOffline: true }), snapshot);
    assert.equal(await locateCheckpoint(entry()), snapshot);
    assert.equal(await locateCheckpoint(entry(), { revision: hub.commit }), snapshot);
    assert.equal(await locateCheckpoint(snapshot), snapshot);
    assert.equal(hub.seen.length, asked);
    await assert.rejects(locateCheckpoint(entry(), { revision: "v2" }), {
      message: `Cannot open model at "${entry()}": expected a snapshot of "v2", got none`,
    });
    await rm(join(snapshot, "model.safetensors"));
    await assert.rejects(locate({ isOffline: true }), /expected it complete in the cache, as HF_HUB_OFFLINE asks/);
    await locate();
    assert.ok(existsSync(join(snapshot, "model.safetensors")));
    assert.equal(hub.seen.filter(({ host }) => host === "cdn").length, 1, "the blob was still there");
  });

  it("a download that breaks off goes on at its byte", async () => {
    hub.breakAfter = 100_000;
    const snapshot = await locate();
    const ranges = hub.seen.filter(({ host }) => host === "cdn").map(({ range }) => range);
    assert.equal(ranges.length, 2);
    assert.match(ranges[1] ?? "", /^bytes=100000-$/);
    const file = "model.safetensors";
    assert.deepEqual(await readFile(join(snapshot, file)), await readFile(join(folder, "source", file)));
  });

  it("bytes that are not those that the hub promised are refused and dropped", async () => {
    hub.isCorrupt = true;
    await assert.rejects(locate(), {
      message:
        /^Cannot use the download of "some-org\/tiny\.model\/model\.safetensors": expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}$/,
    });
    assert.equal((await readdir(join(entry(), "blobs"))).length, 3);
    assert.ok(!existsSync(join(entry(), "refs")));
    hub.isCorrupt = false;
    await locate();
  });

  it("the token goes to the hub alone, and into no message", async () => {
    hub.token = "hf_secret";
    await locate({ token: "hf_secret" });
    assert.ok(hub.seen.every(({ host, authorization }) => (authorization === "Bearer hf_secret") === (host === "hub")));
    await rm(join(folder, "cache"), { recursive: true });
    await assert.rejects(locate({ token: "hf_wrong" }), (error: Error) => {
      assert.equal(
        error.message,
        `Cannot open model "some-org/tiny.model" at "main": expected a folder of this name, or a model of ${hub.endpoint}, got status 401 (HF_TOKEN opens models that are not public)`,
      );
      return !JSON.stringify([error.message, error.stack, error.cause, events]).includes("hf_wrong");
    });
  });

  it("a model or a hub that is not there is named", async () => {
    await assert.rejects(
      locateCheckpoint("some-org/other", options()),
      /"some-org\/other" at "main".* got status 404$/,
    );
    const nowhere = { ...options({ endpoint: "http://127.0.0.1:1" }), revision: "dev" };
    await assert.rejects(locateCheckpoint("some-org/tiny.model", nowhere), {
      message:
        /^Cannot open model "some-org\/tiny\.model" at "dev": expected a folder of this name, or an answer of http:/,
    });
    assert.equal(await locateCheckpoint("./a/b", options()), join(process.cwd(), "a", "b"));
  });

  it("stopping leaves what has arrived for the next time", async () => {
    const controller = new AbortController();
    const progress = (event: ProgressEvent): void => {
      if (event.label.endsWith(".safetensors") && event.completed > 0) controller.abort();
    };
    const stopped = runInTask({ signal: controller.signal, progress }, () =>
      locateCheckpoint("some-org/tiny.model", options()),
    );
    await assert.rejects(stopped, { name: "AbortError" });
    assert.ok((await readdir(join(entry(), "blobs"))).some((name) => name.endsWith(".partial")));
    await locate();
  });

  it("an entry that another program made opens, symlinks, nested branches and all", async () => {
    const other = join(folder, "cache", "models--a--b");
    await mkdir(join(other, "refs", "pr"), { recursive: true });
    await mkdir(join(other, "snapshots"));
    await writeFile(join(other, "refs", "pr", "1"), `${hub.commit}\n`);
    await symlink(join(folder, "source"), join(other, "snapshots", hub.commit));
    assert.equal(
      await locateCheckpoint("a/b", { ...options({ isOffline: true }), revision: "pr/1" }),
      join(other, "snapshots", hub.commit),
    );
    await assert.rejects(
      locateCheckpoint("a/b", { ...options({ isOffline: true }), revision: "pr" }),
      /HF_HUB_OFFLINE/,
    );
  });
});

describe("hubSettings()", () => {
  it("reads what Hugging Face's programs read", () => {
    const settings = hubSettings({ HF_ENDPOINT: "http://mirror/", HF_HOME: "/h", HF_TOKEN: "t", HF_HUB_OFFLINE: "1" });
    assert.deepEqual(settings, { endpoint: "http://mirror", cache: "/h/hub", token: "t", isOffline: true });
    const plain = hubSettings({ XDG_CACHE_HOME: "/x", HF_TOKEN: "" });
    assert.deepEqual(plain, {
      endpoint: "https://huggingface.co",
      cache: "/x/huggingface/hub",
      token: null,
      isOffline: false,
    });
  });
});

describe("chooseFiles()", () => {
  it("takes one form of the weights, what says what they are, and nothing from folders", () => {
    const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    const index = "model.safetensors.index.json";
    const others = ["pytorch_model.bin", "a/config.json", ".gitattributes", "README.md", "tf_model.h5"];
    assert.deepEqual(chooseFiles([...others, ...shards, index, "config.json", "tokenizer.model"]), [
      "config.json",
      "tokenizer.model",
      ...shards,
      index,
    ]);
    assert.deepEqual(chooseFiles(["pytorch_model.bin", "mm_projector.bin", "config.json"]), [
      "config.json",
      "pytorch_model.bin",
      "mm_projector.bin",
    ]);
    assert.deepEqual(chooseFiles(["adapter_config.json", "adapter_model.bin", "non_lora_trainables.bin"]), [
      "adapter_config.json",
      "adapter_model.bin",
      "non_lora_trainables.bin",
    ]);
  });
});
