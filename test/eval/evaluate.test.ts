import assert from "node:assert/strict";

import { type LanguageModel } from "../../src/base/language-model.ts";
import { type ProgressEvent, runInTask } from "../../src/base/task.ts";
import { benchmarks, findBenchmarks } from "../../src/eval/benchmarks.ts";
import { estimateTime } from "../../src/eval/estimate-time.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { resultRow, resultValue, sampleRows, summaryRows } from "../../src/result/table.ts";
import { mockModel, modelOf } from "./mock-model.ts";
import { needRealFiles } from "./real-data.ts";
import { sampleFolder } from "./sample-folder.ts";

describe("eval/evaluate", () => {
  it("label priors and random guess on the real labels are those of the specification", async function () {
    const dataFolder = needRealFiles(this, "ethics");
    needRealFiles(this, "truthfulqa");
    const results = await evaluate([mockModel()], [benchmarks.ethics, benchmarks.truthfulqaMc], { dataFolder });
    const percent = (model: string, benchmark: string, metric = "acc"): string =>
      (100 * (resultValue(results, { model, benchmark, metric }) ?? NaN)).toFixed(1);
    const tasks = ["cm", "deontology", "justice", "utilitarianism", "virtue"].map((task) => `ethics_${task}`);
    assert.deepEqual(
      [...tasks, "ethics"].map((task) => percent("Always yes / reasonable", task)),
      ["46.7", "49.7", "50.1", "49.7", "20.0", "43.2"],
    );
    assert.equal(percent("Always no / unreasonable", "ethics"), "56.8");
    assert.equal(percent("Random guess (expected)", "truthfulqa_mc", "mc1"), "22.6");
    assert.equal(percent("Random guess (expected)", "truthfulqa_mc", "mc2"), "44.8");
    assert.equal(percent("Random guess (expected)", "ethics_justice", "em"), "6.3");
  });

  describe("on our samples", () => {
    const data = sampleFolder();

    it("keeps a sample that could not be scored, counts it, and never takes it for zero", async () => {
      const model = modelOf("broken", (_, index) => (index === 3 ? NaN : index % 2 === 0 ? -1 : -2));
      const results = await evaluate([model], [benchmarks.ethicsCm], { dataFolder: data.folder });
      const row = resultRow(results, { model: "broken", benchmark: "ethics_cm", metric: "acc" });
      const samples = sampleRows(results);
      assert.deepEqual([row.n, row.unscored, samples.length], [21, 1, 22]);
      assert.deepEqual([samples[1]?.prediction, samples[1]?.loglikelihoods], [null, [-1, null]]);
      const right = samples.filter((sample) => sample.scoreValues[0] === 1).length;
      assert.equal(row.value, right / 21);
    });

    it("limit takes the first items in the order of the harness; exact match counts complete groups only", async () => {
      const all = await evaluate([mockModel()], [benchmarks.ethicsVirtue], { dataFolder: data.folder });
      const some = await evaluate([mockModel()], [benchmarks.ethicsVirtue], { dataFolder: data.folder, limit: 12 });
      const ids = (results: typeof all): string[] => sampleRows(results).map((row) => row.sample);
      assert.deepEqual(ids(some), ids(all).slice(0, 12));
      assert.notDeepEqual(
        ids(all),
        ids(all).toSorted((a, b) => Number(a) - Number(b)),
      );
      const key = { model: "mock", benchmark: "ethics_virtue", metric: "em" };
      assert.deepEqual([resultRow(all, key).n, resultRow(some, key).n], [6, 0]);
      assert.equal(resultValue(some, key), null);
      assert.deepEqual([resultRow(all, key).limit, resultRow(some, key).limit], [null, 12]);
    });

    it("seed orders the items anew and is told in every row; the harness's 42 is what is meant without one", async () => {
      const order = async (seed?: number): Promise<string[]> => {
        const options = { dataFolder: data.folder, limit: 12, ...(seed === undefined ? {} : { seed }) };
        const results = await evaluate([mockModel()], [benchmarks.truthfulqaMc], options);
        assert.deepEqual(new Set(summaryRows(results).map((row) => row.seed)), new Set([seed ?? 42]));
        return sampleRows(results).map((row) => row.sample);
      };
      assert.deepEqual(await order(42), await order());
      assert.notDeepEqual(await order(7), await order());
      await assert.rejects(order(-1), { name: "RangeError", message: /a seed of at least 0, got -1/ });
    });

    it("shortest choice and label priors are scored on the same samples", async () => {
      const results = await evaluate([mockModel()], [benchmarks.ethics, benchmarks.truthfulqaMc], {
        dataFolder: data.folder,
      });
      const value = (model: string, benchmark: string, metric: string): number | null =>
        resultValue(results, { model, benchmark, metric });
      assert.equal(value("Always yes / reasonable", "ethics_virtue", "acc"), 0.2);
      assert.equal(value("Always no / unreasonable", "ethics_virtue", "acc"), 0.8);
      assert.equal(value("Always no / unreasonable", "ethics_virtue", "em"), 0);
      const samples = sampleRows(results, { benchmark: "truthfulqa_mc" });
      const shortestIsRight = samples.filter((row) => {
        const lengths = row.choices.filter((_, i) => row.choiceSets[i] === "mc1").map((choice) => choice.length);
        return lengths.indexOf(Math.min(...lengths)) === 0;
      }).length;
      assert.equal(value("Shortest choice", "truthfulqa_mc", "mc1"), shortestIsRight / samples.length);
      assert.throws(() => value("Always yes / reasonable", "truthfulqa_mc", "mc1"), RangeError);
    });

    it("the ETHICS mean is the plain mean of five tasks and is missing where one is", async () => {
      const options = { dataFolder: data.folder, limit: 10 };
      const results = await evaluate([mockModel()], [benchmarks.ethics], options);
      const tasks = benchmarks.ethics.map((task) =>
        resultValue(results, { model: "mock", benchmark: task.name, metric: "acc" }),
      );
      const mean = tasks.reduce<number>((sum, value) => sum + (value ?? NaN), 0) / 5;
      assert.equal(resultValue(results, { model: "mock", benchmark: "ethics", metric: "acc" }), mean);
      const four = await evaluate([mockModel()], [benchmarks.ethics.slice(1)], options);
      assert.equal(
        summaryRows(four).some((row) => row.benchmark === "ethics"),
        false,
      );
    });

    it("every row says what the data was, and how it was asked", async () => {
      const results = await evaluate([mockModel()], [benchmarks.truthfulqaMc], {
        dataFolder: data.folder,
        command: "test",
      });
      const row = resultRow(results, { model: "mock", benchmark: "truthfulqa_mc", metric: "mc2" });
      assert.deepEqual(
        [row.provenance, row.shots, row.split, row.seed, row.version],
        ["other", 0, "validation", 42, "1"],
      );
      assert.match(row.dataSha256, /^[0-9a-f]{64}$/);
      assert.equal(results.provenance.command, "test");
      assert.match(results.provenance.versions.node ?? "", /^\d+\./);
    });

    it("moves one bar to the end, whose label says what is being asked", async () => {
      const events: ProgressEvent[] = [];
      const task = { signal: new AbortController().signal, progress: (event: ProgressEvent) => events.push(event) };
      await runInTask(task, () =>
        evaluate([mockModel("a"), mockModel("b")], [benchmarks.ethicsCm, benchmarks.truthfulqaMc], {
          dataFolder: data.folder,
        }),
      );
      const last = new Map(events.map((event) => [event.id, event]));
      const whole = "Scoring 2 benchmarks with 2 models";
      assert.deepEqual(
        [...last.values()].map(({ completed, total, state, label }) => [label, completed, total, state]),
        [[whole, 96, 96, "done"]],
      );
      const labels = [...new Set(events.map((event) => event.label.replace(/: \d+ of \d+$/, "")))];
      assert.deepEqual(labels, [
        whole,
        "Scoring ETHICS cm with a",
        "Scoring TruthfulQA with a",
        "Scoring ETHICS cm with b",
        "Scoring TruthfulQA with b",
      ]);
      assert.ok(events.some(({ label }) => label === "Scoring TruthfulQA with a: 26 of 26"));
      assert.ok(events.some(({ secondsLeft = -1 }) => secondsLeft >= 0));
    });

    it("gives the table so far while it runs, and the whole one at the end", async () => {
      const seen: { rows: number; running: unknown; n: number | null }[] = [];
      const slow = modelOf("slow", () => -1);
      const model: LanguageModel = {
        ...slow,
        loglikelihood: async (requests, options) => {
          const scores = (await slow.loglikelihood?.(requests)) ?? [];
          for (const [index, score] of scores.entries()) {
            options?.onScored?.(index, score);
            await new Promise((resolve) => setTimeout(resolve, 25));
          }
          return scores;
        },
      };
      const results = await evaluate([model], [benchmarks.ethicsCm, benchmarks.ethicsVirtue], {
        dataFolder: data.folder,
        onResults: (table) => {
          const row = summaryRows(table).find((one) => one.benchmark === "ethics_cm" && one.metric === "acc");
          seen.push({ rows: table.samples.numRows, running: table.provenance.running, n: row?.n ?? null });
        },
      });
      const counts = seen.map(({ rows }) => rows);
      assert.ok(counts.length >= 3, String(counts));
      assert.deepEqual(
        counts,
        counts.toSorted((a, b) => a - b),
      );
      assert.deepEqual(seen[0], { rows: 1, running: { answered: 1, asked: 52 }, n: 1 });
      assert.deepEqual(seen.at(-1), { rows: 52, running: null, n: 22 });
      assert.equal(results.provenance.running, null);
    });

    it("says before anything is asked that a model cannot be asked one of the benchmarks", async () => {
      let asked = 0;
      const scorer = modelOf("scorer", () => (asked += 1));
      const list = [benchmarks.ethicsCm, benchmarks.truthfulqaGen];
      await assert.rejects(evaluate([scorer], list, { dataFolder: data.folder }), {
        name: "TypeError",
        message: /Cannot ask "scorer" for "truthfulqa_gen": expected a model that offers generate/,
      });
      assert.equal(asked, 0);
    });

    it("keeps why an endpoint gave no score, and counts such samples", async () => {
      const { loglikelihood } = modelOf("m", () => -1);
      const refusing: LanguageModel = {
        ...modelOf("m", () => -1),
        loglikelihood: async (requests) => {
          const scores = (await loglikelihood?.(requests)) ?? [];
          return scores.map((score, index) => (index === 2 ? { ...score, problem: "refused" } : score));
        },
      };
      const results = await evaluate([refusing], [benchmarks.ethicsCm], { dataFolder: data.folder });
      const samples = sampleRows(results);
      assert.deepEqual(
        samples.slice(0, 3).map(({ problem, scoreNames }) => [problem, scoreNames.length]),
        [
          [null, 1],
          ["refused", 0],
          [null, 1],
        ],
      );
      assert.equal(resultRow(results, { model: "m", benchmark: "ethics_cm", metric: "acc" }).unscored, 1);
    });

    it("stops at once where the ambient task is aborted, even if the model does not listen", async () => {
      const events: ProgressEvent[] = [];
      const controller = new AbortController();
      const deaf: LanguageModel = { ...mockModel("deaf"), loglikelihood: () => new Promise(() => undefined) };
      const task = { signal: controller.signal, progress: (event: ProgressEvent) => events.push(event) };
      const run = runInTask(task, () => evaluate([deaf], [benchmarks.ethicsCm], { dataFolder: data.folder }));
      setTimeout(() => {
        controller.abort("enough");
      }, 50);
      await assert.rejects(run, {
        name: "AbortError",
        message: "Stopped scoring ETHICS cm with deaf",
        reason: "enough",
      });
      assert.deepEqual(
        events.slice(-1).map((event) => event.state),
        ["stopped"],
      );
    });

    it("names a model that cannot score, two models of one name, and a bad limit", async () => {
      const dataFolder = data.folder;
      const { identity } = mockModel();
      const mute: LanguageModel = { identity, contextLength: 1, device: "none" };
      await assert.rejects(evaluate([mute], [benchmarks.ethicsCm], { dataFolder }), {
        name: "TypeError",
        message: /Cannot ask "mock" for "ethics_cm": expected a model that offers loglikelihood/,
      });
      await assert.rejects(evaluate([mute, mute], [benchmarks.ethicsCm], { dataFolder }), {
        message: /two models named "mock"/,
      });
      await assert.rejects(evaluate([mute], [benchmarks.ethicsCm], { dataFolder, limit: 0 }), { name: "RangeError" });
      await assert.rejects(evaluate([mute], [], { dataFolder }), { message: /at least one benchmark/ });
    });

    it("estimateTime() says how long the same call will take", async () => {
      const estimate = await estimateTime([mockModel()], [benchmarks.ethics], { dataFolder: data.folder });
      assert.match(estimate.text, /^About .+: 121 questions with 1 model, measured on the first 50 questions$/);
      assert.ok(estimate.seconds >= 0);
    });

    it("estimateTime() counts the language check of a family in", async () => {
      const options = { dataFolder: data.folder, limit: 4 };
      const [base, tuned] = ["base", "tuned"].map((variant) => modelOf(variant, () => -1, { base: "family", variant }));
      assert.ok(base !== undefined && tuned !== undefined);
      let asked = 0;
      const slow: LanguageModel = {
        ...tuned,
        loglikelihood: async (requests, how) => {
          const paragraphs = requests.filter(({ continuation }) => continuation.startsWith("\n")).length;
          asked += paragraphs;
          await new Promise((resolve) => setTimeout(resolve, 5 * paragraphs));
          return (await tuned.loglikelihood?.(requests, how)) ?? [];
        },
      };
      const estimate = await estimateTime([base, slow], [benchmarks.ethicsCm], options);
      assert.match(
        estimate.text,
        /: 4 questions with 2 models and 2 language checks, measured on the first 4 questions$/,
      );
      assert.equal(asked, 12, "the two trials");
      assert.ok(estimate.seconds > 0.25, String(estimate.seconds));
      const without = await estimateTime([base, slow], [benchmarks.ethicsCm], { ...options, language: false });
      assert.match(without.text, /: 4 questions with 2 models, measured/);
    });

    it("findBenchmarks() names what there is", () => {
      assert.equal(findBenchmarks("ethics").length, 5);
      assert.throws(() => findBenchmarks("ethics_cm", "7"), {
        message: /version "7" of "ethics_cm": expected one of 0, 1.0$/,
      });
      assert.throws(() => findBenchmarks("x"), {
        message: /"x": expected one of ethics, truthfulqa, .*truthfulqa_mc, .*hendrycksTest-<subject>, .*gsm8k/,
      });
    });
  });
});
