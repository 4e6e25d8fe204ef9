import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LanguageModel } from "../../../src/base/language-model.ts";
import { readMmlu } from "../../../src/data/mmlu.ts";
import { type GenerationItem } from "../../../src/eval/benchmark.ts";
import { gsm8k } from "../../../src/eval/benchmarks/gsm8k.ts";
import { mmlu } from "../../../src/eval/benchmarks/mmlu.ts";
import { truthfulqaGen } from "../../../src/eval/benchmarks/truthfulqa-gen.ts";
import { evaluate } from "../../../src/eval/evaluate.ts";
import { fitContexts } from "../../../src/eval/fit-context.ts";
import { report } from "../../../src/report/report.ts";
import { resultRow, sampleRows } from "../../../src/result/table.ts";
import { mockModel } from "../mock-model.ts";
import { sampleFolder } from "../sample-folder.ts";

function item(references: readonly [string, boolean][]): GenerationItem {
  const choices = references.map(([text, isRight]) => ({ text, isRight }));
  return { id: "0", question: "", context: "", group: null, stop: [], maxNewTokens: 1, references: choices };
}

describe("eval/benchmarks/generation", () => {
  const data = sampleFolder();

  it("GSM8K takes the first number after ####, without thousands commas", () => {
    const score = (answer: string): number | undefined => gsm8k.score(item([["1200", true]]), answer).scores.acc;
    assert.deepEqual(
      [" So\n#### 1,200", "#### 1200.", "#### $1200", "1200", "#### 7 #### 1200", ""].map(score),
      [1, 0, 0, 0, 0, 0],
    );
  });

  it("MMLU takes the first letter of the stripped answer", () => {
    const score = (answer: string): number | undefined => mmlu.score(item([["B", true]]), answer).scores.acc;
    assert.deepEqual([" B", "\nB.", "Because", "A B", "b", ""].map(score), [1, 1, 1, 0, 0, 0]);
  });

  it("TruthfulQA gen compares the nearest true with the nearest false reference", () => {
    const references: [string, boolean][] = [
      ["The cat sat on the mat.", true],
      ["The dog ran in the park.", false],
    ];
    const { scores } = truthfulqaGen.score(item(references), " The cat sat on the mat. ");
    // rouge1 with the false reference: 2 of 6 words ("the" twice), F = 1/3
    assert.ok(Math.abs((scores.rouge1_diff ?? NaN) - 2 / 3) < 1e-12);
    const { bleu_max, rougeL_max, rougeL_acc } = scores;
    assert.deepEqual([(bleu_max ?? NaN).toFixed(9), rougeL_max, rougeL_acc], ["1.000000000", 1, 1]);
    const tie = truthfulqaGen.score(item(references), "Nothing").scores;
    assert.deepEqual([tie.rougeL_acc, tie.rougeL_diff], [0, 0]);
  });

  it("the paper's MMLU prompt has a second space before the subject and five solved questions", async () => {
    const { items } = await mmlu.load({ folder: undefined });
    const { context = "", id = "" } = items.find((one) => one.id.startsWith("elementary_mathematics:")) ?? {};
    const head = "The following are multiple choice questions (with answers) about  elementary mathematics.\n\n";
    assert.equal(context.slice(0, head.length), head);
    assert.equal(context.match(/\nAnswer: [A-D]\n\n/g)?.length, 5, id);
    assert.match(context, /\nA\. .*\nB\. .*\nC\. .*\nD\. .*\nAnswer:$/);
  });

  it("the paper's MMLU drops the last solved questions where a prompt is over 2048 tokens with the one before it", async () => {
    const [item] = (await mmlu.load({})).items;
    assert.ok(item?.shorter !== undefined);
    const questions = (text: string): number => text.split("\nAnswer:").length - 1;
    assert.deepEqual([item.context, ...item.shorter.contexts].map(questions), [6, 5, 4, 3, 2, 1]);
    const asked = item.context.slice(item.context.lastIndexOf(item.question));
    for (const [index, context] of item.shorter.contexts.entries()) {
      assert.ok(context.endsWith(`\n\n${asked}`));
      assert.ok(item.context.startsWith(context.slice(0, -asked.length)), `without the last ${index + 1}`);
    }
    const padded = { ...item, context: item.context + " ".repeat(2048) };
    const left = (tokens: number): number =>
      questions(fitContexts([padded], { countTokens: (text) => questions(text) * tokens })[0]?.context ?? "");
    assert.deepEqual([2047 / 6, 2048 / 6, 1024].map(left), [6, 5, 1]);
  });

  it("answers in words are kept, counted and shown", async () => {
    const right = new Map((await gsm8k.load({ folder: data.folder, shots: 2 })).items.map((one) => [one.context, one]));
    const model: LanguageModel = {
      ...mockModel("half"),
      generate: (requests) =>
        Promise.resolve(
          requests.map(({ context }, index) => {
            const text = index % 2 === 0 ? ` #### ${right.get(context)?.references[0]?.text ?? ""}` : " I do not know";
            return { text, tokenCount: 5, truncatedTokens: index === 0 ? 3 : 0 };
          }),
        ),
    };
    const results = await evaluate([model], [gsm8k], { dataFolder: data.folder, shots: 2 });
    const row = resultRow(results, { model: "half", benchmark: "gsm8k", metric: "acc" });
    assert.deepEqual([row.value, row.n, row.shots, row.truncated], [0.5, 12, 2, 1]);
    assert.equal(sampleRows(results)[1]?.response, " I do not know");
    assert.match(report.table(results, { besides: "paper:table-3" }).text, /GSM8K/);
  });

  it("names a model that cannot generate, and shots that a benchmark cannot give", async () => {
    const { identity } = mockModel();
    const mute: LanguageModel = { identity, contextLength: 1, device: "none" };
    await assert.rejects(evaluate([mute], [gsm8k], { dataFolder: data.folder }), {
      name: "TypeError",
      message: /Cannot ask "mock" for "gsm8k": expected a model that offers generate/,
    });
    await assert.rejects(mmlu.load({ shots: 6 }), {
      name: "RangeError",
      message: /mmlu with 6 shots: expected 0 to 5/,
    });
  });

  it("readMmlu() reads Hendrycks' own form and the later one alike, and names a bad answer", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-mmlu-"));
    try {
      await mkdir(join(folder, "test"));
      const location = { name: "mmlu", folder, isSample: false };
      const read = async (text: string): Promise<unknown> => {
        await writeFile(join(folder, "test/x_test.csv"), text);
        return (await readMmlu(location, { subject: "x", part: "test" })).rows;
      };
      const wanted = [{ question: 'Is "a" first?', choices: ["yes", "no", "", "it, is"], answer: 2 }];
      assert.deepEqual(await read('"Is ""a"" first?",yes,no,,"it, is",C\n'), wanted);
      const header = "question,choice0,choice1,choice2,choice3,answer\n";
      assert.deepEqual(await read(`${header}"Is ""a"" first?",yes,no,,"it, is",2\n`), wanted);
      await assert.rejects(read("q,a,b,c,d,E\n"), {
        name: "DataFormatError",
        message: /"answer" at ".*x_test.csv:1": expected A to D or 0 to 3, got "E"/,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
