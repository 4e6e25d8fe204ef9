import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LanguageModel } from "../../src/base/language-model.ts";
import { type ChoiceBenchmark, type ItemImage } from "../../src/eval/benchmark.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { ownBenchmark } from "../../src/eval/own-benchmark.ts";
import { resultRow, sampleRows } from "../../src/result/table.ts";
import { modelOf } from "./mock-model.ts";

const hashOf = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

describe("eval/item-images", () => {
  const count = 70;
  let inMemory = 0;
  let most = 0;
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-images-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** Each picture is the number of its question; `change` makes the bytes of one of them other ones. */
  function pictured(change?: number): ChoiceBenchmark {
    const questions = Array.from({ length: count }, () => ({ question: "?", choices: ["yes", "no"], answer: 0 }));
    const own = ownBenchmark({ name: "pictures", questions, prompt: () => "<image>\nIs it?" });
    const image = (index: number): ItemImage => ({
      path: `pictures/${index}.png`,
      read: () => {
        inMemory += 1;
        most = Math.max(most, inMemory);
        return Promise.resolve(Buffer.from(index === change ? "changed" : `picture ${index}`));
      },
    });
    return {
      ...own,
      load: async (options) => {
        const { items, file } = await own.load(options);
        return { items: items.map((item, index) => ({ ...item, images: [image(index)] })), file };
      },
    };
  }

  function seeing(): LanguageModel & { readonly seen: string[] } {
    const seen: string[] = [];
    const scored = modelOf("eyes", ({ images = [] }) => {
      seen.push(...images.map((image) => Buffer.from(image).toString()));
      return -1;
    });
    return {
      ...scored,
      seen,
      seesImages: true,
      fingerprint: () => Promise.resolve("eyes"),
      loglikelihood: (requests, options) => {
        inMemory = 0;
        return scored.loglikelihood?.(requests, options) ?? Promise.resolve([]);
      },
    };
  }

  it("pictures are read when they are asked, not all at once, and stand in the rows", async () => {
    const model = seeing();
    const results = await evaluate([model], [pictured()]);
    assert.deepEqual(
      model.seen.filter((_, index) => index % 2 === 0),
      Array.from({ length: count }, (_, index) => `picture ${index}`),
    );
    assert.ok(most <= 32, `${most} pictures at once`);
    const row = sampleRows(results)[3];
    assert.deepEqual([row?.images, row?.imageHashes], [["pictures/3.png"], [hashOf("picture 3")]]);
    assert.equal(row?.promptHash, hashOf(`<image>\nIs it?\n${hashOf("picture 3")}`));
    assert.equal(resultRow(results, { model: "eyes", benchmark: "pictures", metric: "acc" }).n, count);
  });

  it("another picture is another question to the store, which holds no pictures", async () => {
    const store = join(folder, "answers.jsonl");
    const runs = [seeing(), seeing(), seeing()];
    for (const [index, model] of runs.entries()) {
      await evaluate([model], [index === 2 ? pictured(40) : pictured()], { store });
    }
    assert.deepEqual(
      runs.map(({ seen }) => seen.length),
      [140, 0, 64],
    );
    assert.equal((await readFile(store, "utf8")).includes("picture 1"), false);
  });

  it("a model that reads text alone is named with the benchmark", async () => {
    await assert.rejects(evaluate([modelOf("blind", () => -1)], [pictured()]), {
      name: "TypeError",
      message: 'Cannot ask "blind" for "pictures": expected a model that sees images, got one that reads text alone',
    });
  });
});
