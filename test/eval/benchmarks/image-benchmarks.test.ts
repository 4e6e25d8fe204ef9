import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LanguageModel } from "../../../src/base/language-model.ts";
import { evaluationContext, evaluationPrompt } from "../../../src/data/conversation/evaluation-prompt.ts";
import { decodeImage } from "../../../src/data/image/decode.ts";
import { locateWithPictures } from "../../../src/data/picture-files.ts";
import { type GenerationBenchmark, type GenerationItem, readRequests } from "../../../src/eval/benchmark.ts";
import { allBenchmarks, benchmarks, findBenchmarks } from "../../../src/eval/benchmarks.ts";
import { captionQuestion, mscocoCaptions } from "../../../src/eval/benchmarks/captions.ts";
import { mscocoCaptionsL2t } from "../../../src/eval/benchmarks/captions-l2t.ts";
import { chair } from "../../../src/eval/benchmarks/chair.ts";
import { docvqa } from "../../../src/eval/benchmarks/docvqa.ts";
import { mmeCognition, mmePerception } from "../../../src/eval/benchmarks/mme.ts";
import { mscocoC } from "../../../src/eval/benchmarks/mscoco-corrupted.ts";
import { popeRandom } from "../../../src/eval/benchmarks/pope.ts";
import { textvqa } from "../../../src/eval/benchmarks/textvqa.ts";
import { oodcvVqa, sketchyVqa } from "../../../src/eval/benchmarks/unicorn.ts";
import { visualContributionDocvqa, visualContributionVqav2 } from "../../../src/eval/benchmarks/visual-contribution.ts";
import { vqav2 } from "../../../src/eval/benchmarks/vqav2.ts";
import { evaluate } from "../../../src/eval/evaluate.ts";
import { binaryMeasures, type YesNo } from "../../../src/metric/binary-measures.ts";
import { captionScores } from "../../../src/metric/caption-scores.ts";
import { mmeTasks } from "../../../src/metric/mme.ts";
import { open } from "../../../src/model/open.ts";
import { type ResultTable, resultRow, sampleRows, summaryRows } from "../../../src/result/table.ts";
import { assertNear, scorerGolden } from "../../metric/scorer-golden.ts";
import { modelOf } from "../mock-model.ts";
import { needRealFiles, sampleLocation } from "../real-data.ts";
import { sampleFolder } from "../sample-folder.ts";

const imageSets = "mscoco flickr30k vqav2 pope mme oodcv-vqa sketchy-vqa textvqa docvqa chair".split(" ");

/** A model that sees, and writes what `say` says to each context. */
function writer(say: (context: string, index: number) => string): LanguageModel {
  return {
    ...modelOf("writer", () => -1),
    seesImages: true,
    generate: (requests) =>
      Promise.resolve(
        requests.map(({ context }, index) => ({ text: say(context, index), tokenCount: 1, truncatedTokens: 0 })),
      ),
  };
}

/** The table of a benchmark whose items and answers are given. */
function scored(
  benchmark: GenerationBenchmark,
  rows: readonly (Partial<GenerationItem> & { readonly text: string; readonly answer: string | readonly string[] })[],
): Promise<ResultTable> {
  const items = rows.map(({ answer, ...given }, index): GenerationItem => ({
    ...{ id: `${index}`, question: "", context: `${index}`, group: null, stop: [], maxNewTokens: 1 },
    references: [answer].flat().map((text) => ({ text, isRight: true })),
    ...given,
  }));
  const load = (): ReturnType<GenerationBenchmark["load"]> =>
    Promise.resolve({ items, file: { path: "", sha256: "", provenance: "other" } });
  return evaluate([writer((context) => rows[Number(context)]?.text ?? "")], [{ ...benchmark, load }]);
}

function number(results: ResultTable, benchmark: string, metric: string): number | null {
  return resultRow(results, { model: "writer", benchmark, metric }).value;
}

describe("eval/benchmarks/image-benchmarks", function () {
  this.timeout(120_000);
  const data = sampleFolder(imageSets);
  const load = async (benchmark: GenerationBenchmark, shots?: number): Promise<readonly GenerationItem[]> =>
    (await benchmark.load({ folder: data.folder, shots })).items;

  describe("prompts", () => {
    it("a request is one of the golden's 80 prompts, but for the marks that a model puts around its picture", function () {
      const folder = needRealFiles(this, "tokenizer");
      const { cases } = JSON.parse(readFileSync(join(folder, "../golden/eval_prompts.json"), "utf8")) as {
        readonly cases: readonly { question: string; demos: readonly [string, string][]; prompt: string }[];
      };
      assert.equal(cases.length, 80);
      for (const { question, demos, prompt } of cases) {
        const demonstrations = demos.map((demo) => ({ question: demo[0], answer: demo[1] }));
        const context = evaluationContext(question, demonstrations);
        assert.equal(context.replace("<image>", "<im_start><image><im_end>"), prompt);
      }
    });

    for (const [benchmark, shots] of [
      [vqav2, 3],
      [mscocoCaptions, 3],
      [mscocoC, 3],
      [popeRandom, 0],
      [mmePerception, 0],
      [oodcvVqa, 0],
    ] as const) {
      it(`${benchmark.name} asks with ${shots} text-only demonstrations, ten tokens or 25, drawn as the paper draws`, async () => {
        const items = await load(benchmark);
        assert.equal(benchmark.shots, shots);
        for (const { context, question, images, stop, maxNewTokens, minNewTokens, sampling } of items) {
          assert.equal(context.match(/###Human: /g)?.length, shots + 2);
          assert.ok(context.endsWith(`Human: <image>\n${question}###Assistant:`));
          assert.equal(context.match(/<image>/g)?.length, 1);
          assert.equal(images?.length, 1);
          const tokens = benchmark === oodcvVqa ? 25 : 10;
          assert.deepEqual([stop, maxNewTokens, minNewTokens], [["###"], tokens, 1]);
          assert.deepEqual(sampling, { temperature: 0.2, topK: 50, seed: 42 });
        }
        if (shots === 0) return;
        const [bare] = await load(benchmark, 0);
        const prompt = evaluationPrompt(bare?.question ?? "");
        assert.equal(bare?.context.replace("<image>", "<im_start><image><im_end>"), prompt);
      });
    }

    it("caption demonstrations are captions of training pictures, asked by the same words", async () => {
      const train = JSON.parse(readFileSync(join(data.folder, "mscoco/mscoco_train.json"), "utf8")) as {
        readonly captions: readonly string[];
      }[];
      const known = new Set(train.flatMap(({ captions }) => captions));
      for (const { context } of await load(mscocoCaptions)) {
        const turns = context
          .split("###")
          .filter((turn) => turn.startsWith("Assistant: "))
          .slice(1);
        assert.equal(turns.length, 3);
        for (const turn of turns) assert.ok(known.has(turn.slice("Assistant: ".length)), turn);
        assert.equal(context.split(`Human: ${captionQuestion}###`).length, 4);
      }
    });

    it("vqav2 asks the questions, and shows the demonstrations, that the paper's program draws", async () => {
      const golden = JSON.parse(readFileSync(new URL("../../golden/paper-draws.json", import.meta.url), "utf8")) as {
        readonly questions: number;
        readonly asked: number;
        readonly draws: readonly (readonly [number, number, readonly number[]])[];
      };
      const folder = await mkdtemp(join(tmpdir(), "sightlab-vqa-"));
      try {
        const all = Array.from({ length: golden.questions }, (_, index) => index);
        const questions = all.map((index) => ({ question_id: index, image_id: index, question: ` q${index} ` }));
        const annotations = all.map((index) => ({ question_id: index, answers: [{ answer: `a${index}` }] }));
        await mkdir(join(folder, "vqav2"));
        const write = (kind: string, value: unknown): Promise<void> =>
          writeFile(join(folder, `vqav2/v2_${kind}.json`), JSON.stringify(value));
        await write("OpenEnded_mscoco_val2014_questions", { questions });
        await write("mscoco_val2014_annotations", { annotations });
        const { items } = await vqav2.load({ folder });
        assert.equal(items.length, golden.asked);
        for (const [place, asked, shown] of golden.draws) {
          const demonstrations = shown.map((index) => ({ question: `q${index}`, answer: `a${index}` }));
          assert.equal(items[place]?.context, evaluationContext(`q${asked}`, demonstrations));
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it("the L2T benchmarks ask in LLaVA-1.5's words", async () => {
      const v1 =
        "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions. USER: <image>\n";
      const short = "\nAnswer the question using a single word or phrase. ASSISTANT:";
      const [text] = await load(textvqa);
      assert.equal(text?.context, `${v1}what does the sign say?${short}`);
      const [page] = await load(docvqa);
      assert.equal(page?.context, `${v1}What is the total?${short}`);
      const [caption] = await load(mscocoCaptionsL2t);
      assert.equal(caption?.context, `${v1}Provide a one-sentence caption for the provided image. ASSISTANT:`);
      for (const item of [text, page, caption]) assert.equal(item.sampling, undefined);
    });
  });

  describe("scores", () => {
    it("MME sums the tasks as the paper's program does, from the sample rows", async () => {
      const { tasks, sums } = scorerGolden("mme") as {
        readonly tasks: readonly (readonly [string, readonly (readonly [string, string])[], number])[];
        readonly sums: { readonly perception: number; readonly cognition: number };
      };
      assert.ok(tasks.reduce((sum, [, rows]) => sum + rows.length, 0) >= 500);
      for (const [part, benchmark] of [
        ["perception", mmePerception],
        ["cognition", mmeCognition],
      ] as const) {
        const own = tasks.filter(([task]) => (mmeTasks[part] as readonly string[]).includes(task));
        const rows = own.flatMap(([task, answers]) =>
          answers.map(([answer, text], index) => {
            const group = `${task}/${index >> 1}.jpg`;
            return { group, id: `${group}:${index % 2}`, text, answer };
          }),
        );
        const results = await scored(
          benchmark,
          rows.map((row, index) => ({ ...row, context: `${index}` })),
        );
        assertNear((number(results, benchmark.name, "score") ?? NaN) * 100, sums[part], part);
        for (const [task, , points] of own) {
          assertNear((number(results, benchmark.name, `score_${task}`) ?? NaN) * 100, points, task);
        }
        assert.ok(
          (resultRow(results, { model: "writer", benchmark: benchmark.name, metric: "score" }).standardError ?? 0) > 0,
        );
      }
    });

    it("POPE's five measures are the official program's", async () => {
      const { rows, parts } = scorerGolden("pope") as {
        readonly rows: readonly (readonly [string, string])[];
        readonly parts: readonly (readonly [number, number, unknown, readonly number[]])[];
      };
      assert.ok(rows.length >= 500);
      for (const [start, end, , measures] of parts) {
        const results = await scored(
          popeRandom,
          rows.slice(start, end).map(([answer, text]) => ({ text, answer })),
        );
        for (const [index, metric] of ["acc", "precision", "recall", "f1", "yes_ratio"].entries()) {
          assertNear(number(results, "pope_random", metric), measures[index] ?? NaN, metric);
          const { direction } = resultRow(results, { model: "writer", benchmark: "pope_random", metric });
          assert.equal(direction, metric === "yes_ratio" ? "none" : "higher");
        }
      }
    });

    it("Sketchy-VQA leaves undecided answers out of its accuracy and counts them; OODCV-VQA scores each answer", async () => {
      const { oodcv, sketchy } = scorerGolden("unicorn") as {
        readonly oodcv: readonly (readonly [string, string, number])[];
        readonly sketchy: readonly (readonly ["Yes" | "No", string, string])[];
      };
      // The program strips what a model wrote; the golden's texts went past that step.
      const drawn = sketchy.filter(([, text]) => text === text.trim());
      assert.ok(drawn.length >= 200, String(drawn.length));
      const official = binaryMeasures(
        drawn.map(([label, , found]) => ({
          label: label === "Yes" ? "yes" : "no",
          prediction: found === "nan" ? "undecided" : (found as YesNo),
        })),
      );
      const sketches = await scored(
        sketchyVqa,
        drawn.map(([label, text]) => ({ text, answer: label.toLowerCase() })),
      );
      const { accuracy, precision, recall, f1, yesRatio } = official;
      const wantedOf = { acc: accuracy.value, precision, recall, f1, yes_ratio: yesRatio };
      for (const [metric, value] of Object.entries(wantedOf)) {
        assertNear(number(sketches, "sketchy_vqa", metric), value ?? NaN, metric);
      }
      const undecided = await scored(sketchyVqa, [
        { text: "Yes", answer: "yes" },
        { text: "It may be", answer: "no" },
      ]);
      const row = resultRow(undecided, { model: "writer", benchmark: "sketchy_vqa", metric: "acc" });
      assert.deepEqual([row.value, row.n, row.unscored], [1, 1, 1]);
      const stripped = oodcv.filter(([text]) => text === text.trim());
      const results = await scored(
        oodcvVqa,
        stripped.map(([text, answer]) => ({ text, answer })),
      );
      const wanted = stripped.reduce((sum, [, , right]) => sum + right, 0) / stripped.length;
      assertNear(number(results, "oodcv_vqa", "acc"), wanted, "oodcv");
    });

    it("VQAv2, TextVQA and DocVQA score as their official programs on more than 500 answers each", async () => {
      for (const [benchmark, name, metric] of [
        [textvqa, "textvqa", "acc"],
        [vqav2, "vqa", "acc"],
      ] as const) {
        const { rows } = scorerGolden(name) as {
          readonly rows: readonly (readonly [string, readonly string[], number])[];
        };
        assert.ok(rows.length >= 500);
        // The paper turns an answer that holds yes or no into that word before it scores it.
        const asked = rows.filter(([text]) => name !== "vqa" || !/[Yy]es|[Nn]o|Question|Answer|###|<\/s>/.test(text));
        const results = await scored(
          benchmark,
          asked.map(([text, answer]) => ({ text, answer })),
        );
        assertNear(
          number(results, benchmark.name, metric),
          asked.reduce((sum, row) => sum + row[2], 0) / asked.length,
          name,
        );
      }
    });

    it("VQAv2 makes Yes of an answer that holds yes; ten equal answers are compared as they are written", async () => {
      const [item] = await load(vqav2);
      assert.ok(item !== undefined);
      const acc = (answers: readonly string[]): number | undefined => {
        const references = answers.map((text) => ({ text, isRight: true }));
        return vqav2.score({ ...item, references }, "well, yes it is").scores.acc;
      };
      assert.equal(acc(Array.from({ length: 10 }, () => "Yes")), 1);
      assert.equal(acc(Array.from({ length: 10 }, () => "yes")), 0);
      assert.equal(acc(Array.from({ length: 10 }, (_, index) => (index === 0 ? "no" : "yes"))), 1);
    });

    it("captions: CIDEr and ROUGE-L of each picture stand in its row, and the means and BLEU are coco-caption's", async () => {
      const items = await load(mscocoCaptions);
      const said = items.map(({ references }, index) =>
        index % 3 === 0 ? 'A "kite" flies' : (references[index % 5]?.text ?? ""),
      );
      let next = 0;
      const model = writer(() => said[next++] ?? "");
      const results = await evaluate([model], [mscocoCaptions], { dataFolder: data.folder });
      const wanted = captionScores(
        items.map(({ references }, index) => ({
          candidate: (said[index] ?? "").replaceAll('"', ""),
          references: references.map(({ text }) => text),
        })),
      );
      assertNear(number(results, "mscoco_captions", "cider"), wanted.cider.estimate.value ?? NaN, "cider");
      assertNear(number(results, "mscoco_captions", "rougeL"), wanted.rougeL.estimate.value ?? NaN, "rougeL");
      for (const order of [1, 2, 3, 4]) {
        const row = resultRow(results, { model: "writer", benchmark: "mscoco_captions", metric: `bleu${order}` });
        assertNear(row.value, wanted.bleu.corpus[order - 1] ?? NaN, order);
        assert.ok((row.standardError ?? 0) > 0);
      }
      const [first] = sampleRows(results);
      assertNear(first?.scoreValues[first.scoreNames.indexOf("cider")], wanted.cider.scores[0] ?? NaN, "first");
      assert.ok(wanted.cider.estimate.value !== null && wanted.cider.estimate.value > 1);
    });

    it("MSCOCO-C is the mean of twelve runs, each a corpus of its own, with errors by picture", async () => {
      const { items } = await mscocoC.load({ folder: data.folder });
      assert.equal(items.length, 12 * 8);
      const said = (item: GenerationItem): string =>
        item.id.startsWith("contrast") ? "nothing at all" : (item.references[2]?.text ?? "");
      let next = 0;
      const blind: GenerationBenchmark = {
        ...mscocoC,
        load: async (options) => {
          const loaded = await mscocoC.load(options);
          return { ...loaded, items: loaded.items.map((item) => ({ ...item, images: [] })) };
        },
      };
      const model = writer(() => items.slice(next, ++next).map(said)[0] ?? "");
      const results = await evaluate([model], [blind], { dataFolder: data.folder });
      const corpus = items.filter(({ id }) => id.startsWith("brightness/3/"));
      const pairs = corpus.map((item) => ({
        candidate: said(item),
        references: item.references.map(({ text }) => text),
      }));
      const wanted = captionScores(pairs).cider.estimate.value ?? NaN;
      assertNear(number(results, "mscoco_c", "cider_brightness"), wanted, "brightness");
      assert.equal(number(results, "mscoco_c", "cider_contrast"), 0);
      assertNear(number(results, "mscoco_c", "cider"), (wanted * 3) / 4, "all");
      const row = resultRow(results, { model: "writer", benchmark: "mscoco_c", metric: "cider" });
      const alone = captionScores(pairs).cider.estimate.standardError ?? NaN;
      assert.ok((row.standardError ?? 0) > 0.7 * alone, "twelve looks at one picture are not twelve pictures");
    });

    it("CHAIR counts mentions of what is neither segmented nor in a caption, over all descriptions", async () => {
      const items = await load(chair);
      const place = items.findIndex(
        ({ references }) =>
          references
            .map(({ text }) => text)
            .sort()
            .join() === "apple,banana",
      );
      assert.ok(place >= 0);
      let next = 0;
      const model = writer(() =>
        next++ === place ? "A ball, an apple and a television near the screen." : "A picture.",
      );
      const results = await evaluate([model], [chair], { dataFolder: data.folder });
      assert.equal(number(results, "chair", "chair_i"), 3 / 4);
      assert.equal(number(results, "chair", "chair_s"), 1 / 8);
      assert.equal(resultRow(results, { model: "writer", benchmark: "chair", metric: "chair_i" }).direction, "lower");
    });

    it("visual contribution is the log-likelihood after the picture less that after noise", async () => {
      const { items } = await visualContributionVqav2.load({ folder: data.folder });
      const [item] = items;
      assert.ok(item !== undefined);
      const [seen, unseen] = await readRequests(item);
      assert.equal(seen?.context, unseen?.context);
      assert.equal(seen?.continuation, unseen?.continuation);
      const picture = await decodeImage(seen?.images?.[0] ?? new Uint8Array());
      const noise = await decodeImage(unseen?.images?.[0] ?? new Uint8Array());
      assert.deepEqual([picture.width, noise.width, noise.height], [80, 336, 336]);
      const mean = noise.data.reduce((sum, level) => sum + level, 0) / noise.data.length;
      assert.ok(Math.abs(mean - 127.5) < 1);
      const model: LanguageModel = {
        ...modelOf("m", ({ images }) => ((images?.[0]?.length ?? 0) > 100_000 ? -5 : -2)),
        seesImages: true,
      };
      const results = await evaluate([model], benchmarks.visualContribution, { dataFolder: data.folder });
      for (const { name } of benchmarks.visualContribution) {
        const row = resultRow(results, { model: "m", benchmark: name, metric: "vc" });
        assert.deepEqual([row.value, row.standardError, row.unscored, row.unit], [3, 0, 0, "nats"]);
      }
      const rules = summaryRows(results).filter(({ kind }) => kind === "baseline");
      assert.deepEqual(new Set(rules.map(({ model: rule }) => rule)), new Set(["Random guess (expected)"]));
      assert.equal((await visualContributionDocvqa.load({ folder: data.folder })).items[0]?.sets.length, 2);
    });
  });

  describe("pictures", () => {
    it("are read when they are asked, not before, and a missing one is named", async () => {
      const folder = await mkdtemp(join(tmpdir(), "sightlab-pictures-"));
      try {
        await cp(sampleLocation("pope").folder, join(folder, "pope"), { recursive: true });
        const { items } = await popeRandom.load({ folder });
        assert.equal(items.length, 32);
        await assert.rejects(evaluate([writer(() => "yes")], [popeRandom], { dataFolder: folder }), {
          name: "RangeError",
          message: /Cannot read picture "val2014\/COCO_val2014_000000000012.jpg" of dataset "mscoco" at/,
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it("locateWithPictures() takes our samples of both where only the questions are there", async () => {
      const folder = await mkdtemp(join(tmpdir(), "sightlab-pictures-"));
      try {
        const names = { questions: "pope", pictures: "mscoco", folder: "val2014" };
        const environment = { SIGHTLAB_DATA: folder };
        await mkdir(join(folder, "pope"));
        const samples = { questions: sampleLocation("pope"), pictures: sampleLocation("mscoco") };
        assert.deepEqual(locateWithPictures(names, { environment }), samples);
        await mkdir(join(folder, "mscoco/val2014"), { recursive: true });
        assert.equal(locateWithPictures(names, { environment }).pictures.folder, join(folder, "mscoco"));
        assert.equal(locateWithPictures(names, { environment }).questions.isSample, false);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it("MSCOCO-C takes pictures that were corrupted beforehand, and makes what is not there", async () => {
      const { items } = await mscocoC.load({ folder: data.folder });
      const of = (id: string): GenerationItem | undefined => items.find((item) => item.id.startsWith(id));
      const made = await of("contrast/5/")?.images?.[0]?.read();
      const { data: pale } = await decodeImage(made ?? new Uint8Array());
      assert.ok(Math.max(...pale) - Math.min(...pale) < 60);
      const before = join(data.folder, "mscoco/val2014-c/contrast/5/val2014");
      await mkdir(before, { recursive: true });
      const name = of("contrast/5/")?.group ?? "";
      await writeFile(join(before, name), "made before");
      const again = (await mscocoC.load({ folder: data.folder })).items.find(
        (item) => item.id === `contrast/5/${name}`,
      );
      assert.equal(Buffer.from((await again?.images?.[0]?.read()) ?? []).toString(), "made before");
      await rm(join(data.folder, "mscoco/val2014-c"), { recursive: true });
    });

    it("a text model is told that it cannot be asked", async () => {
      await assert.rejects(
        evaluate([modelOf("blind", () => -1)], [visualContributionDocvqa], { dataFolder: data.folder }),
        {
          name: "TypeError",
          message: /expected a model that sees images/,
        },
      );
    });
  });

  it("every image benchmark runs on its sample with a real LLaVA", async () => {
    using model = await open(new URL("../../golden/llava-paper", import.meta.url).pathname, { device: "cpu" });
    const list = [
      ...[vqav2, mscocoCaptions, mscocoC, mscocoCaptionsL2t, ...findBenchmarks("flickr30k_captions", "l2t")],
      ...[benchmarks.flickr30kCaptions, ...benchmarks.mme, ...benchmarks.pope, ...benchmarks.unicorn],
      ...[...benchmarks.visualContribution, textvqa, docvqa],
    ];
    const results = await evaluate([model], list, { dataFolder: data.folder, limit: 2 });
    for (const { name, version } of list) {
      const rows = summaryRows(results).filter((row) => row.benchmark === name && row.version === version);
      assert.ok(
        rows.some((row) => row.kind === "model" && row.n + row.unscored === 2),
        name,
      );
    }
  });

  it("every benchmark says its version, split, shots, directions and source, and the paper's are in its tables", () => {
    const ids = new Set<string>();
    for (const { name, label, version, split, shots, source, metrics } of allBenchmarks) {
      assert.ok(!ids.has(`${name} ${version}`), name);
      ids.add(`${name} ${version}`);
      for (const text of [name, label, version, split, source]) assert.ok(text.length > 0, name);
      assert.ok(Number.isInteger(shots) && shots >= 0 && metrics.length > 0, name);
    }
    const inPaper = allBenchmarks.filter(({ source }) => source.includes("paper: Table"));
    assert.ok(inPaper.length >= 20, String(inPaper.length));
  });
});
