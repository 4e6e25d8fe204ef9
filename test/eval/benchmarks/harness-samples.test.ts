import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findBenchmarks } from "../../../src/eval/benchmarks.ts";
import { evaluate } from "../../../src/eval/evaluate.ts";
import { open, type OpenedModel } from "../../../src/model/open.ts";
import { writeQuickstartCheckpoints } from "../../../src/model/quickstart-checkpoints.ts";
import { resultValue, sampleRows } from "../../../src/result/table.ts";
import { needRealFiles } from "../real-data.ts";
import { sampleFolder } from "../sample-folder.ts";

interface Task {
  readonly version: string;
  readonly shots: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, readonly number[]>>;
  readonly loglikelihoods?: readonly (readonly number[])[];
  /** SHA-256 of each prompt, and what the model wrote, where a task is answered in words. */
  readonly prompts?: readonly string[];
  readonly texts?: readonly string[];
}

const golden = JSON.parse(readFileSync(new URL("../../golden/harness-samples.json", import.meta.url), "utf8")) as {
  readonly tasks: Readonly<Record<string, Task>>;
};

/** Tasks that the golden asks on our own samples, as nobody here ever held their files. */
const samples = ["mathqa", "boolq"];

describe("eval/benchmarks/harness-samples", function () {
  this.timeout(120_000);
  const data = sampleFolder(samples);
  const ownData = { get: (name: string) => (samples.includes(name) ? data.folder : undefined) };
  let folder = "";
  let model: OpenedModel;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-harness-"));
    const [checkpoint] = await writeQuickstartCheckpoints(folder);
    model = await open(checkpoint, { device: "cpu" });
  });
  after(async () => {
    model[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });

  for (const [name, task] of Object.entries(golden.tasks)) {
    it(`${name} ${task.version} agrees sample by sample with today's harness on a real model`, async function () {
      const limit = Object.values(task.scores)[0]?.length ?? 0;
      const dataFolder = ownData.get(name) ?? needRealFiles(this, name.replace(/_.*/, ""));
      const results = await evaluate([model], findBenchmarks(name, task.version), {
        dataFolder,
        limit,
        shots: task.shots,
      });
      const rows = sampleRows(results);
      assert.equal(rows.length, limit);
      for (const [index, row] of rows.entries()) {
        for (const [choice, wanted] of (task.loglikelihoods?.[index] ?? []).entries()) {
          const found = row.loglikelihoods[choice] ?? NaN;
          assert.ok(Math.abs(found - wanted) <= 1e-4, `sample ${index}, choice ${choice}: ${found}, not ${wanted}`);
        }
        if (task.prompts !== undefined) {
          assert.equal(row.promptHash, task.prompts[index], `prompt ${index}`);
          assert.equal(row.response, task.texts?.[index], `text ${index}`);
        }
        for (const [metric, wanted] of Object.entries(task.scores)) {
          const found = row.scoreValues[row.scoreNames.indexOf(metric)] ?? NaN;
          assert.ok(Math.abs(found - (wanted[index] ?? NaN)) < 1e-6, `sample ${index}`);
        }
      }
      for (const [metric, wanted] of Object.entries(task.metrics)) {
        const found = resultValue(results, { model: model.identity.name, benchmark: name, metric }) ?? NaN;
        assert.ok(Math.abs(found - wanted) < 1e-6, `${metric}: ${found}, not ${wanted}`);
      }
    });
  }
});
