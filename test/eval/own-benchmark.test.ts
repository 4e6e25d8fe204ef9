import assert from "node:assert/strict";

import { evaluate } from "../../src/eval/evaluate.ts";
import { ownBenchmark } from "../../src/eval/own-benchmark.ts";
import { report } from "../../src/report/report.ts";
import { resultValue, sampleRows } from "../../src/result/table.ts";
import { modelOf } from "./mock-model.ts";

describe("eval/own-benchmark", () => {
  const questions = [
    { question: "Capital of France?", choices: ["Paris", "Rome"], answer: 0 },
    { question: "Capital of Italy?", choices: ["Paris", "Rome"], answer: 1 },
  ];

  it("ownBenchmark() is asked, scored and shown as any other", async () => {
    const capitals = ownBenchmark({ name: "capitals", questions });
    const model = modelOf("m", ({ continuation }) => (continuation === " Rome" ? -4.5 : -5));
    const results = await evaluate([model], [capitals]);
    const value = (metric: string, who = "m"): number | null =>
      resultValue(results, { model: who, benchmark: "capitals", metric });
    // " Rome" is the more likely one; per character " Paris" is (5 / 5 < 4.5 / 4), so the other answer is right.
    assert.deepEqual([value("acc"), value("acc_norm"), value("acc", "Random guess (expected)")], [0.5, 0.5, 0.5]);
    assert.deepEqual(
      sampleRows(results).map((row) => [row.prompt, row.prediction]),
      [
        ["Question: Capital of France?\nAnswer:", 1],
        ["Question: Capital of Italy?\nAnswer:", 1],
      ],
    );
    const { title } = report.table(results).table;
    assert.equal(title, "Files that are not the published ones, all samples of each task (n = 2)");
  });

  it("ownBenchmark() takes a wording of one's own and rejects shots", async () => {
    const shout = ownBenchmark({ name: "c", questions, prompt: ({ question }) => question.toUpperCase() });
    assert.equal((await shout.load({})).items[0]?.context, "CAPITAL OF FRANCE?");
    assert.throws(() => shout.load({ shots: 2 }), { name: "RangeError", message: /c with 2 shots: expected 0/ });
  });

  it("ownBenchmark() names the question that cannot be asked", () => {
    const make = (choices: string[], answer: number) => () =>
      ownBenchmark({ name: "c", questions: [...questions, { question: "?", choices, answer }] });
    assert.throws(make(["a"], 0), { name: "RangeError", message: /"c" at "questions\[2\]": expected at least two/ });
    assert.throws(make(["a", "b"], 2), { message: /an answer in \[0, 2\), got 2 and 2/ });
  });
});
