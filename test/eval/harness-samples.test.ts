import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findBenchmarks } from "../../src/eval/benchmarks.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { open, type OpenedModel } from "../../src/model/open.ts";
import { writeQuickstartCheckpoints } from "../../src/model/quickstart-checkpoints.ts";
import { resultValue, sampleRows } from "../../src/result/table.ts";
import { needRealFiles } from "./real-data.ts";

interface Task {
  readonly version: string;
  readonly acc: number;
  readonly loglikelihoods: readonly (readonly number[])[];
  readonly scores: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/harness-samples.json", import.meta.url), "utf8")) as {
  readonly header: { readonly limit: number };
  readonly tasks: Readonly<Record<string, Task>>;
};

describe("eval/harness-samples", function () {
  this.timeout(120_000);
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
      const dataFolder = needRealFiles(this, name.startsWith("ethics") ? "ethics" : "truthfulqa");
      const benchmarks = findBenchmarks(name, task.version);
      const results = await evaluate([model], benchmarks, { dataFolder, limit: golden.header.limit });
      const rows = sampleRows(results);
      assert.equal(rows.length, task.loglikelihoods.length);
      for (const [index, row] of rows.entries()) {
        for (const [choice, wanted] of (task.loglikelihoods[index] ?? []).entries()) {
          const found = row.loglikelihoods[choice] ?? NaN;
          assert.ok(Math.abs(found - wanted) <= 1e-4, `sample ${index}, choice ${choice}: ${found}, not ${wanted}`);
        }
        assert.ok(Math.abs((row.scoreValues[0] ?? NaN) - (task.scores[index] ?? NaN)) < 1e-6, `sample ${index}`);
      }
      const acc = resultValue(results, { model: model.identity.name, benchmark: name, metric: "acc" }) ?? NaN;
      assert.ok(Math.abs(acc - task.acc) < 1e-6, `${acc}, not ${task.acc}`);
    });
  }
});
