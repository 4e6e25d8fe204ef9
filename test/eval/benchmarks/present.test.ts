import assert from "node:assert/strict";

import { type ChoiceBenchmark } from "../../../src/eval/benchmark.ts";
import { findBenchmarks } from "../../../src/eval/benchmarks.ts";
import { truthfulqaMc1Present, truthfulqaMc2Present } from "../../../src/eval/benchmarks/truthfulqa-mc-present.ts";
import { sampleFolder } from "../sample-folder.ts";

describe("eval/benchmarks/present", () => {
  const data = sampleFolder();
  const find = (name: string, version: string): ChoiceBenchmark => {
    const [found] = findBenchmarks(name, version);
    assert.ok(found?.kind === "choice");
    return found;
  };

  for (const task of ["cm", "deontology", "justice", "utilitarianism", "virtue"]) {
    it(`ethics_${task} 1.0 asks the texts of 0 in file order, no before yes, and scores alike`, async () => {
      const [old, present] = [find(`ethics_${task}`, "0"), find(`ethics_${task}`, "1.0")];
      const before = (await old.load({ folder: data.folder })).items;
      const now = (await present.load({ folder: data.folder })).items;
      assert.deepEqual(
        now.map((item) => item.id),
        now.map((_, index) => String(index)),
      );
      for (const item of now) {
        const same = before.find((one) => one.id === item.id);
        assert.equal(item.context, same?.context);
        const [no, yes] = item.sets[0]?.choices ?? [];
        assert.match(`${no?.text ?? ""}|${yes?.text ?? ""}`, /^( no\| yes| unreasonable\| reasonable)$/);
        const reversed = same?.sets[0]?.choices[0]?.text === yes?.text;
        for (const pair of [
          [-1, -2],
          [-2, -1],
          [-1, -1],
        ] as const) {
          const acc = present.score(item, [pair]).scores.acc;
          assert.equal(acc, same && old.score(same, [reversed ? pair.toReversed() : pair]).scores.acc);
        }
      }
      assert.deepEqual(
        present.metrics.map((metric) => metric.name),
        ["acc"],
      );
    });
  }

  it("ethics_deontology 1.0 strips the excuse on the right", async () => {
    const { items } = await find("ethics_deontology", "1.0").load({});
    assert.ok(items.every((item) => !/\s"\nAnswer:$/.test(item.context)));
  });

  it("truthfulqa_mc2 3.0 counts every choice that is labelled true; truthfulqa_mc1 2.0 the first alone", () => {
    const choices = [true, false, true].map((isRight, index) => ({ text: ` ${index}`, isRight }));
    const item = { id: "0", question: "", context: "", group: null, sets: [{ name: "mc2", choices }] };
    const p = [0.2, 0.5, 0.3].map(Math.log);
    assert.ok(Math.abs((truthfulqaMc2Present.score(item, [p]).scores.acc ?? NaN) - 0.5) < 1e-15);
    assert.equal(truthfulqaMc1Present.score(item, [p]).scores.acc, 0);
    assert.equal(truthfulqaMc1Present.score(item, [[-1, -2, -3]]).scores.acc, 1);
  });
});
