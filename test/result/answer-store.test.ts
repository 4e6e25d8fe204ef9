import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type AnswerStore, openAnswerStore } from "../../src/result/answer-store.ts";

describe("result/answer-store", () => {
  let folder = "";
  let path = "";
  const withStore = async <T>(work: (store: AnswerStore) => Promise<T> | T): Promise<T> => {
    const store = await openAnswerStore(path);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-store-"));
    path = join(folder, "answers.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const answers = [{ sumNats: -1.5 }, { sumNats: -Infinity, zero: -0 }, { sumNats: NaN, text: "ä\n🙂" }];
  const stamp = { path: "/w.safetensors", size: 3, changedMs: 1.5 };

  it("gives back what was written, not a number and infinities too", async () => {
    await withStore(async (store) => {
      assert.equal(store.find("a"), undefined);
      await store.append("a", answers);
      await store.remember(stamp, "ff");
      assert.deepEqual(store.find("a"), answers);
    });
    await withStore((store) => {
      assert.deepEqual(store.find("a"), answers);
      assert.equal(store.recall(stamp), "ff");
      assert.equal(store.recall({ ...stamp, changedMs: 2 }), undefined);
    });
  });

  it("drops a line that was cut at any byte, and writes on behind it", async () => {
    await withStore((store) => store.append("a", answers));
    const whole = await readFile(path);
    await withStore((store) => store.append("b", answers));
    const longer = await readFile(path);
    for (let length = 0; length < longer.length; length++) {
      await writeFile(path, longer.subarray(0, length));
      await withStore(async (store) => {
        assert.equal(store.find("a") === undefined, length < whole.length, `${length} bytes`);
        assert.equal(store.find("b"), undefined);
        await store.append("c", answers);
      });
      await withStore((store) => {
        assert.deepEqual(store.find("c"), answers, `${length} bytes`);
      });
    }
  });

  it("leaves a file that is not a store as it is, and names a line that is none of ours", async () => {
    await writeFile(path, "model,value\n");
    await assert.rejects(openAnswerStore(path), { name: "DataFormatError", message: /answers.jsonl:1": expected/ });
    assert.equal(await readFile(path, "utf8"), "model,value\n");
    await writeFile(path, "");
    await withStore((store) => store.append("a", answers));
    await appendFile(path, '{"batch":3}\n');
    await assert.rejects(openAnswerStore(path), {
      name: "DataFormatError",
      message: /answers.jsonl:3": expected a batch/,
    });
  });
});
