import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LanguageModel } from "../../../src/base/language-model.ts";
import { readBoolq } from "../../../src/data/boolq.ts";
import { type DatasetLocation } from "../../../src/data/dataset.ts";
import { readMathqa } from "../../../src/data/mathqa.ts";
import { readSquad } from "../../../src/data/squad.ts";
import { type ChoiceItem, type GenerationItem } from "../../../src/eval/benchmark.ts";
import { boolq, boolqPresent } from "../../../src/eval/benchmarks/boolq.ts";
import { gsm8kPresent } from "../../../src/eval/benchmarks/gsm8k-present.ts";
import { mathqa } from "../../../src/eval/benchmarks/mathqa.ts";
import { squad } from "../../../src/eval/benchmarks/squad.ts";
import { evaluate } from "../../../src/eval/evaluate.ts";
import { requestPairs } from "../../../src/eval/request-hash.ts";
import { squadResult } from "../../../src/metric/squad.ts";
import { resultRow, sampleRows } from "../../../src/result/table.ts";
import { mockModel, modelOf } from "../mock-model.ts";
import { sampleLocation } from "../real-data.ts";
import { sampleFolder } from "../sample-folder.ts";

describe("eval/benchmarks/text-benchmarks", () => {
  const data = sampleFolder(["mathqa", "boolq", "squad", "gsm8k"]);

  it("gsm8k 3.0 finds and compares numbers as the harness does, on 600 generated answers", () => {
    const golden = JSON.parse(readFileSync(new URL("../../golden/gsm8k-present.json", import.meta.url), "utf8")) as {
      readonly cases: readonly (readonly [string, string, number, number])[];
    };
    assert.equal(golden.cases.length, 600);
    for (const [answer, response, strict, flexible] of golden.cases) {
      const item: GenerationItem = {
        ...{ id: "0", question: "", context: "", group: null, stop: [], maxNewTokens: 1 },
        references: [{ text: answer, isRight: true }],
      };
      const { scores } = gsm8kPresent.score(item, response);
      const found = [scores.exact_match_strict, scores.exact_match_flexible];
      assert.deepEqual(found, [strict, flexible], JSON.stringify([answer, response]));
    }
  });

  it("mathqa 0 draws four solved problems before each, and asks the choices without their letters", async () => {
    const { items } = await mathqa.load({ folder: data.folder });
    assert.equal(items.length, 10);
    for (const item of items) {
      assert.equal(item.context.match(/\nAnswer: [^\n]+\n\n/g)?.length, 4);
      const choices = item.sets[0]?.choices ?? [];
      assert.equal(choices.length, 5);
      assert.equal(choices.filter(({ isRight }) => isRight).length, 1);
    }
    const texts = items.flatMap((item) => item.sets[0]?.choices ?? []).map(({ text }) => text);
    assert.ok(texts.includes(" rs . 1,000") && texts.includes(" none of these"));
    assert.ok(texts.every((text) => /^ [^ ].*[^ ,]$|^ \d$/.test(text)));
    const none = await mathqa.load({ folder: data.folder, shots: 0 });
    assert.equal(none.items[0]?.context.split("\n\n").length, 1);
  });

  it("mathqa's acc_norm divides by the length of the choice in characters", () => {
    const choices = ["a", "bbbb"].map((text, index) => ({ text: ` ${text}`, isRight: index === 1 }));
    const item: ChoiceItem = {
      ...{ id: "0", question: "", context: "", group: null },
      sets: [{ name: "answer", choices }],
    };
    assert.deepEqual(mathqa.score(item, [[-2, -6]]).scores, { acc: 0, acc_norm: 1 });
    assert.deepEqual(mathqa.score(item, [[-2, -8]]).scores, { acc: 0, acc_norm: 0 });
  });

  it("boolq asks yes and no in the order of each version, and takes a tie for a no", async () => {
    for (const [benchmark, answers] of [
      [boolq, [" yes", " no"]],
      [boolqPresent, [" no", " yes"]],
    ] as const) {
      const { items } = await benchmark.load({ folder: data.folder });
      const [item] = items;
      assert.ok(item !== undefined);
      assert.match(item.context, /^[^]+\nQuestion: [^\n]+\?\nAnswer:$/);
      assert.deepEqual(
        item.sets[0]?.choices.map(({ text }) => text),
        answers,
      );
      const tie = benchmark.score(item, [[-1, -1]]);
      assert.equal(answers[tie.prediction ?? -1], " no");
      assert.equal(answers[benchmark.score(item, [[-1, -2]]).prediction ?? -1], answers[0]);
    }
    const { items } = await boolq.load({ folder: data.folder });
    assert.equal(items.filter((item) => item.sets[0]?.choices[0]?.isRight).length, 6);
  });

  it("squad2 asks an answer and the log-likelihood of ` unanswerable`, and its measures are the official program's", async () => {
    const { items } = await squad.load({ folder: data.folder });
    const [item] = items;
    assert.ok(item !== undefined);
    assert.match(item.context, /^Title: .+\n\nBackground: .+\n\nQuestion: .+\n\nAnswer:$/);
    assert.deepEqual(
      requestPairs(item).map(([, asked]) => asked),
      [["\n"], " unanswerable"],
    );
    const said = new Map(
      items.map((one, index) => [one.context, [" nine days", "", " the village", " A school."][index % 4]]),
    );
    const scoring = modelOf("m", (_, index) => -((index * 7) % 11) / 4);
    const model: LanguageModel = {
      ...scoring,
      generate: (requests) =>
        Promise.resolve(
          requests.map(({ context }) => ({ text: said.get(context) ?? "", tokenCount: 1, truncatedTokens: 0 })),
        ),
    };
    const results = await evaluate([model], [squad], { dataFolder: data.folder });
    const wanted = squadResult(
      items.map((one, index) => ({
        prediction: said.get(one.context) ?? "",
        answers: one.references.map(({ text }) => text),
        noAnswerProbability: Math.exp(-((index * 7) % 11) / 4),
      })),
    );
    const number = (metric: string): readonly (number | null)[] => {
      const { value, n, unscored } = resultRow(results, { model: "m", benchmark: "squad2", metric });
      return [value, n, unscored];
    };
    const { exact, f1, hasAnswer, noAnswer, bestExact, bestF1 } = wanted;
    assert.deepEqual(
      [number("exact"), number("f1")],
      [
        [exact.value, 12, 0],
        [f1.value, 12, 0],
      ],
    );
    assert.deepEqual(
      [number("HasAns_exact"), number("HasAns_f1")],
      [
        [hasAnswer.exact.value, 7, 0],
        [hasAnswer.f1.value, 7, 0],
      ],
    );
    assert.deepEqual(
      [number("NoAns_exact"), number("NoAns_f1")],
      [
        [noAnswer.exact.value, 5, 0],
        [noAnswer.f1.value, 5, 0],
      ],
    );
    assert.deepEqual([number("best_exact")[0], number("best_f1")[0]], [bestExact.value, bestF1.value]);
    assert.ok(bestF1.value > (f1.value ?? 1), "a threshold gains something here");
    assert.equal(sampleRows(results)[0]?.choiceSets.at(-1), "also scored");
  });

  it("the mock of the harness scores on every new text benchmark out of the box", async () => {
    const results = await evaluate([mockModel()], [mathqa, boolq, squad], { dataFolder: data.folder });
    for (const [benchmark, metric] of [
      ["mathqa", "acc"],
      ["boolq", "acc"],
      ["squad2", "f1"],
    ] as const) {
      const row = resultRow(results, { model: "mock", benchmark, metric });
      assert.ok(row.value !== null && row.n >= 10 && row.unscored === 0, benchmark);
    }
  });

  describe("readers name file, row and field of a bad row", () => {
    let folder = "";
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "sightlab-text-"));
    });
    after(() => rm(folder, { recursive: true }));

    const cases: readonly (readonly [
      file: string,
      read: (location: DatasetLocation) => Promise<unknown>,
      text: string,
      message: RegExp,
    ])[] = [
      [
        "test.json",
        (at) => readMathqa(at, "test"),
        '[{"Problem":"p","options":"a ) 1 , b ) 2","correct":"f"}]',
        /"correct" at ".*test.json\[0\]": expected a to e, got "f"/,
      ],
      [
        "test.json",
        (at) => readMathqa(at, "test"),
        '[{"Problem":"p","options":"a ) 1 , e ) 2","correct":"d"}]',
        /"options" at ".*test.json\[0\]": expected a choice d \), got "a \) 1/,
      ],
      [
        "test.json",
        (at) => readMathqa(at, "test"),
        '[{"options":"a ) 1 , e ) 2","correct":"a"}]',
        /"Problem" at ".*test.json\[0\]": expected text, got nothing/,
      ],
      [
        "val.jsonl",
        readBoolq,
        '{"question":"q","passage":"p","label":true}\n{"question":"q","passage":"p","label":1}',
        /"label" at ".*val.jsonl:2": expected true or false, got a number/,
      ],
      [
        "val.jsonl",
        readBoolq,
        '{"question":"q","passage":" ","label":true}',
        /"passage" at ".*val.jsonl:1": expected text/,
      ],
      [
        "dev-v2.0.json",
        readSquad,
        '{"data":[{"title":"t","paragraphs":[{"context":"c","qas":[{"id":"1","question":"q","answers":[{"text":3}]}]}]}]}',
        /"text" at ".*dev-v2.0.json: data\[0\]: paragraphs\[0\]: qas\[0\]: answers\[0\]": expected text, got a number/,
      ],
      [
        "dev-v2.0.json",
        readSquad,
        '{"data":[{"title":"t","paragraphs":{}}]}',
        /"paragraphs" at ".*data\[0\]": expected an array, got a object|"paragraphs" at ".*data\[0\]": expected an array/,
      ],
      ["dev-v2.0.json", readSquad, '{"data":', /Cannot read ".*dev-v2.0.json": expected JSON/],
      ["dev-v2.0.json", readSquad, "[]", /"data" at ".*dev-v2.0.json": expected an object that has it, got an array/],
    ];
    for (const [index, [file, read, text, message]] of cases.entries()) {
      it(`${file}, case ${index + 1}`, async () => {
        await writeFile(join(folder, file), text);
        await assert.rejects(read({ name: "mathqa", folder, isSample: true }), { name: "DataFormatError", message });
      });
    }
  });

  it("the samples are read whole", async () => {
    const counts = [
      (await readMathqa(sampleLocation("mathqa"), "train")).rows.length,
      (await readBoolq(sampleLocation("boolq"))).rows.length,
      (await readSquad(sampleLocation("squad"))).rows.length,
    ];
    assert.deepEqual(counts, [8, 12, 12]);
  });
});
