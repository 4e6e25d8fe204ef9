import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LanguageModel } from "../../src/base/language-model.ts";
import { type ProgressEvent } from "../../src/base/task.ts";
import { benchmarks } from "../../src/eval/benchmarks.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { sampleRows, summaryRows } from "../../src/result/table.ts";
import { modelOf } from "./mock-model.ts";
import { sampleFolder } from "./sample-folder.ts";

describe("eval/batches", () => {
  const data = sampleFolder();
  let folder = "";
  let store = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-batches-"));
    store = join(folder, "answers.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Its answers depend on the batch, as a real model's last digits do; `asked` counts requests. */
  function model(fingerprint: string): LanguageModel & { readonly asked: () => number } {
    let asked = 0;
    let batch = 0;
    const scored = modelOf(
      "m",
      ({ context, continuation }) => -((context.length * 7 + continuation.length * batch) % 97),
    );
    return {
      ...scored,
      asked: () => asked,
      fingerprint: () => Promise.resolve(fingerprint),
      loglikelihood: (requests, options) => {
        asked += requests.length;
        batch = requests.length;
        return scored.loglikelihood?.(requests, options) ?? Promise.resolve([]);
      },
    };
  }

  const tasks = [benchmarks.ethicsVirtue, benchmarks.truthfulqaMc];

  it("a second run asks nothing again and gives the same table", async () => {
    const first = model("f");
    const second = model("f");
    const events: ProgressEvent[] = [];
    const whole = await evaluate([first], tasks, { dataFolder: data.folder, store });
    const progress = (event: ProgressEvent): number => events.push(event);
    const again = await evaluate([second], tasks, { dataFolder: data.folder, store, progress });
    assert.deepEqual([first.asked() > 200, second.asked()], [true, 0]);
    assert.deepEqual(sampleRows(again), sampleRows(whole));
    const timeless = (results: typeof whole): unknown[] => summaryRows(results).map((row) => ({ ...row, seconds: 0 }));
    assert.deepEqual(timeless(again), timeless(whole));
    assert.equal(Math.max(...events.map((event) => event.completed)), 56);
  });

  it("a run that was stopped asks only what is missing, in the same batches", async () => {
    const reference = await evaluate([model("f")], tasks, {
      dataFolder: data.folder,
      store: join(folder, "other.jsonl"),
    });
    const controller = new AbortController();
    const stopping = model("f");
    const progress = (event: ProgressEvent): void => {
      if (event.label.startsWith("Scoring TruthfulQA")) controller.abort();
    };
    await assert.rejects(
      evaluate([stopping], tasks, { dataFolder: data.folder, store, signal: controller.signal, progress }),
      {
        name: "AbortError",
      },
    );
    const next = model("f");
    const results = await evaluate([next], tasks, { dataFolder: data.folder, store });
    assert.deepEqual(sampleRows(results), sampleRows(reference));
    const ethicsRequests = 60;
    const all = sampleRows(reference).reduce((sum, row) => sum + row.choices.length, 0);
    assert.equal(next.asked(), all - ethicsRequests);
  });

  it("answers of other weights or other requests are not used", async () => {
    await evaluate([model("f")], tasks, { dataFolder: data.folder, store, limit: 20 });
    const [other, more] = [model("g"), model("f")];
    await evaluate([other], tasks, { dataFolder: data.folder, store, limit: 20 });
    await evaluate([more], tasks, { dataFolder: data.folder, store, limit: 21 });
    assert.ok(other.asked() > 0 && more.asked() > other.asked());
    assert.equal((await readFile(store, "utf8")).split("\n").length, 1 + 6 + 1);
  });

  it("the language check is stored too: a second run asks no paragraph again", async () => {
    const family = (fingerprint: string, variant: string): ReturnType<typeof model> => ({
      ...model(fingerprint),
      identity: { name: variant, base: "family", variant },
    });
    const text = { name: "t", content: "One.\nTwo two.\nThree three three." };
    const run = (models: readonly LanguageModel[]): ReturnType<typeof evaluate> =>
      evaluate(models, tasks, { dataFolder: data.folder, store, limit: 4, language: { text } });
    const whole = await run([family("f", "base"), family("g", "tuned")]);
    const [base, tuned] = [family("f", "base"), family("h", "tuned")];
    const again = await run([base, tuned]);
    assert.equal(whole.language.length, 2);
    assert.deepEqual(again.language, whole.language);
    assert.equal(base.asked(), 0);
    assert.ok(tuned.asked() > 2, "other weights are asked");
  });

  it("names a model without a fingerprint", async () => {
    await assert.rejects(evaluate([modelOf("m", () => -1)], tasks, { dataFolder: data.folder, store }), {
      name: "TypeError",
      message: /Cannot store the answers of "m": expected a model with a fingerprint/,
    });
  });

  it("answers that stand alone are stored one by one, and only the missing ones are asked again", async () => {
    const endpoint = (failAfter: number): LanguageModel & { readonly asked: string[] } => {
      const asked: string[] = [];
      return {
        ...model("f"),
        asked,
        answersAlone: true,
        loglikelihood: async (requests, options) => {
          const scores = requests.map((request, index) => {
            if (asked.length >= failAfter) return undefined;
            asked.push(request.context);
            const score = { sumNats: -request.continuation.length, tokenCount: 1, isGreedy: false, truncatedTokens: 0 };
            options?.onScored?.(index, score);
            return score;
          });
          await new Promise((resolve) => setImmediate(resolve));
          if (scores.includes(undefined)) throw new Error("the endpoint is gone");
          return scores.filter((score) => score !== undefined);
        },
      };
    };
    const reference = await evaluate([endpoint(Infinity)], tasks, { dataFolder: data.folder });
    const [first, second, third] = [endpoint(45), endpoint(Infinity), endpoint(Infinity)];
    await assert.rejects(evaluate([first], tasks, { dataFolder: data.folder, store }), { message: /endpoint is gone/ });
    const results = await evaluate([second], tasks, { dataFolder: data.folder, store });
    assert.deepEqual(sampleRows(results), sampleRows(reference));
    const all = sampleRows(reference).reduce((sum, row) => sum + row.choices.length, 0);
    assert.equal(second.asked.length, all - 44, "22 whole questions of two choices were kept");
    await evaluate([third], tasks, { dataFolder: data.folder, store });
    assert.equal(third.asked.length, 0);
  });
});
