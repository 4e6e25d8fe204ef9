import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { benchmarkMimeType, type BenchmarkTable } from "../../src/report/benchmark-table.ts";
import { findPaperRow, readPaperTable } from "../../src/report/paper-table.ts";
import { percent, signedPercent } from "../../src/report/percent.ts";
import { report } from "../../src/report/report.ts";
import { type LanguageScore } from "../../src/result/comparison.ts";
import { type SummaryRow } from "../../src/result/rows.ts";
import { buildResults, resultValue } from "../../src/result/table.ts";
import { sampleResults, sampleRow, summaryRow } from "../result/sample-results.ts";

const paperCsv = readFileSync(new URL("../../datasets/paper/table1_truthfulness_ethics.csv", import.meta.url), "utf8");

function results(...summary: Parameters<typeof summaryRow>[0][]): Parameters<typeof report.table>[0] {
  const { provenance } = sampleResults();
  return buildResults({ samples: [sampleRow()], summary: summary.map((change) => summaryRow(change)), provenance });
}

describe("report/table", () => {
  it("every measured cell is the Arrow value, and differences are to the base", () => {
    const { table } = report.table(sampleResults());
    const [group] = table.sections[0]?.groups ?? [];
    assert.deepEqual(
      group?.rows.map((row) => [row.label, row.isBase]),
      [
        ["Tiny base", true],
        ["Tiny <tuned>", false],
      ],
    );
    for (const row of group.rows) {
      for (const [id, cell] of Object.entries(row.cells)) {
        const [benchmark = "", metric = ""] = id.split(".");
        assert.equal(cell?.value, resultValue(sampleResults(), { model: row.label, benchmark, metric }));
      }
    }
    const tuned = group.rows[1]?.cells["ethics_cm.acc"];
    assert.deepEqual(tuned, {
      value: 0.625,
      standardError: 0.05,
      n: 99,
      unscored: 1,
      differenceToBase: 0.125,
      doubts: [],
      paper: null,
    });
  });

  it("live() shows one table and moves it; a running one says how far it is", () => {
    const texts: string[] = [];
    let displays = 0;
    const show = report.live((value) => {
      displays += 1;
      texts.push(String(value));
      return { update: (next) => void texts.push(String(next)) };
    });
    const whole = sampleResults();
    show({ ...whole, provenance: { ...whole.provenance, running: { answered: 3, asked: 10 } } });
    show(whole);
    assert.deepEqual([displays, texts.length], [1, 2]);
    assert.match(texts[0] ?? "", /Still running: 3 of 10 answers so far\./);
    assert.doesNotMatch(texts[1] ?? "", /Still running/);
  });

  it("the heading says which data, how much of it, and n", () => {
    const title = (...summary: Parameters<typeof results>): string => report.table(results(...summary)).table.title;
    assert.equal(title({}), "Real benchmark files, first 100 samples of each task (n = 100)");
    assert.equal(
      title({ provenance: "sample", limit: null, n: 22 }, { provenance: "sample", limit: null, benchmark: "b", n: 30 }),
      "Our own small sample, not the published benchmark, all samples of each task (n = 22 to 30)",
    );
    assert.match(
      title({}, { provenance: "other", benchmark: "b" }),
      /^Real benchmark files; files that are not the publ/,
    );
  });

  it("a metric without a complete group has no column but a note; unscored and cut samples have notes", () => {
    const { table } = report.table(
      results({}, { metric: "em", value: null, n: 0 }, { metric: "x", unscored: 2, truncated: 3 }),
    );
    assert.deepEqual(
      table.columns.map((column) => column.id),
      ["ethics_cm.acc", "ethics_cm.x"],
    );
    const notes = table.notes.join("\n");
    assert.match(notes, /no group of samples is complete: ETHICS cm em/);
    assert.match(notes, /ETHICS cm x: 2 could not be scored/);
    assert.match(notes, /ETHICS cm: 3 prompts were cut/);
  });

  it("a number that could not be scored is said, never drawn as zero", () => {
    const shown = report.table(results({ value: null, standardError: null, n: 0, unscored: 5 }));
    for (const form of [shown.html, shown.markdown, shown.text]) {
      assert.match(form, /not scored/);
      assert.doesNotMatch(form, /\b0\.0\b/);
    }
  });

  it("besides shows the published rows as their file prints them, in a section of their own", () => {
    const { table } = report.table(sampleResults(), { besides: "paper:table-1" });
    const paper = table.sections.find((section) => section.kind === "paper");
    const rows = paper?.groups.flatMap((group) => group.rows) ?? [];
    const printed = paperCsv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[2]);
    assert.deepEqual(
      rows.map((row) => ((row.cells["ethics.acc"]?.value ?? NaN) * 100).toFixed(1)),
      printed,
    );
    assert.equal(rows[1]?.cells["ethics.acc"]?.differenceToBase?.toFixed(3), "0.087");
    assert.equal(rows[1].cells["ethics_cm.acc"], null);
    assert.match(table.notes.join("\n"), /Table 1 also has truthfulqa_gen.rougeL_acc, truthfulqa_mc.mc1/);
  });

  it("a model of the paper has the paper's number beside its own, whatever the spelling", () => {
    const mean = { benchmark: "ethics", isMean: true, model: "mine", base: "LLaMA 2-Chat", variant: "mm-ft" };
    const { table } = report.table(results(mean), { besides: "paper:table-1" });
    const [, , , ethics] = /^LLaMA2-chat,(MM-ft),(([\d.]+),.*)$/m.exec(paperCsv) ?? [];
    assert.equal(table.sections[0]?.groups[0]?.rows[0]?.cells["ethics.acc"]?.paper, Number(ethics) / 100);
  });

  it("readPaperTable() reads every table of the manifest and names them where one is unknown", () => {
    for (const table of [1, 2, 3, 4, 5]) assert.ok(readPaperTable(`paper:table-${table}`).rows.length >= 2);
    const images = readPaperTable("paper:table-4");
    const row = findPaperRow(images, { base: "LLaMA-2 chat", variant: "MM-ft" });
    assert.deepEqual([row?.values["mme_perception.score"], row?.values["mscoco_captions.cider"]], [8.054, 0.574]);
    assert.ok(images.rows.every((one) => one.variant.startsWith("MM-")));
    assert.throws(() => readPaperTable("paper:table-9"), {
      name: "RangeError",
      message: /expected one of paper:table-1, /,
    });
  });

  it("text of data and models is escaped in HTML and Markdown", () => {
    const shown = report.table(
      results({ model: `<img src=x onerror="a">`, benchmarkLabel: "a|b\n<i>", source: `"><script>` }),
    );
    assert.doesNotMatch(shown.html, /<img|<script|<i>/);
    assert.match(shown.html, /&lt;img src=x onerror=&quot;a&quot;&gt;/);
    assert.match(shown.markdown, /a\\\|b &lt;i>/);
    assert.doesNotMatch(shown.markdown, /<img/);
  });

  it("a terminal gets no escape sequence from a model's name", () => {
    const { text } = report.table(results({ model: "a\u001b[31mred\r\nline" }));

    assert.doesNotMatch(text, /[\u001b\r]/);
  });

  describe("marks a gain that may be forgetting", () => {
    const score = (model: string, nats: number, text = "A text"): LanguageScore => {
      return { model, text, natsPerToken: 4 * nats, natsPerByte: nats, tokens: 10, bytes: 40 };
    };
    const shown = (
      language: readonly LanguageScore[],
      { value = 0.6, width = 1, ...more }: { value?: number; width?: number } & Partial<SummaryRow> = {},
    ): ReturnType<typeof report.table> => {
      const tuned = { model: "Tuned", variant: "tuned" };
      return report.table(
        buildResults({
          samples: [sampleRow(), sampleRow({ model: "Tuned", loglikelihoods: [-1, -1 - 0.75 * width] })],
          summary: [summaryRow(more), summaryRow({ ...more, ...tuned, value })],
          provenance: sampleResults().provenance,
          language,
        }),
      );
    };
    const doubts = (...given: Parameters<typeof shown>): unknown =>
      shown(...given).table.sections[0]?.groups[0]?.rows[1]?.cells["ethics_cm.acc"]?.doubts;
    const worse = [score("Tiny base", 1), score("Tuned", 1.25)];

    it("with a sign for a worse language check and one for a smaller spread of choices, and says what they mean", () => {
      const { text, html, markdown, table } = shown(worse, { width: 0.5 });
      assert.deepEqual(doubts(worse, { width: 0.5 }), ["language", "spread"]);
      assert.match(text, /^Tuned .*\(\+10\.0†‡\)$/m);
      assert.match(markdown, /\| Tuned \|.*\(\+10\.0†‡\) \|/);
      assert.match(
        html,
        /\+10\.0 <span title="a gain that comes with a worse language check">†<\/span><span title="[^"]*">‡</,
      );
      const meaning =
        "† a gain that comes with a worse language check; ‡ a gain that comes with choices nearer together than the base's: the model may have forgotten, not learned.";
      assert.ok(table.notes.includes(meaning), table.notes.join("\n"));
      const numbers =
        "Language check, nats per token (per byte), less is better: Tiny base 4.000 (1.000), Tuned 5.000 (1.250). Text: A text.";
      assert.ok(table.notes.includes(numbers), table.notes.join("\n"));
    });

    it("each alone, and neither where nothing speaks against the gain or there is none", () => {
      const better = [score("Tiny base", 1), score("Tuned", 0.9)];
      assert.deepEqual(doubts(worse), ["language"]);
      assert.deepEqual(doubts(better, { width: 0.5 }), ["spread"]);
      assert.deepEqual(doubts(better), []);
      assert.deepEqual(doubts(worse, { width: 0.5, value: 0.4 }), [], "a loss");
      assert.deepEqual(doubts(worse, { width: 0.5, value: 0.4, direction: "lower" }), ["language", "spread"]);
      assert.deepEqual(doubts(worse, { width: 0.5, direction: "none" }), []);
      assert.deepEqual(doubts([score("Tiny base", 1), score("Tuned", 1.25, "Another text")]), []);
      assert.doesNotMatch(shown(better).table.notes.join("\n"), /†|‡/);
    });

    it("the mean of a group by the spread of its tasks", () => {
      const tuned = { model: "Tuned", variant: "tuned", value: 0.6 };
      const mean = { isMean: true, benchmark: "ethics" };
      const { table } = report.table(
        buildResults({
          samples: [sampleRow(), sampleRow({ model: "Tuned", loglikelihoods: [-1, -1.1] })],
          summary: [summaryRow(mean), summaryRow(), summaryRow({ ...tuned, ...mean }), summaryRow(tuned)],
          provenance: sampleResults().provenance,
        }),
      );
      assert.deepEqual(table.sections[0]?.groups[0]?.rows[1]?.cells["ethics.acc"]?.doubts, ["spread"]);
    });

    it("and says which models of a family have no language check; one that stands alone needs none", () => {
      assert.match(shown([]).text, /^No language check of Tiny base, Tuned: a gain may be forgetting\.$/m);
      assert.match(shown([score("Tiny base", 1)]).text, /^No language check of Tuned: a gain may be forgetting\.$/m);
      assert.doesNotMatch(report.table(results({})).text, /anguage check/);
    });
  });

  it("prints as text", () => {
    const wanted = [
      "Real benchmark files, first 100 samples of each task (n = 100)",
      "",
      "                 ETHICS cm                            ETHICS mean",
      "                       acc                                    acc",
      "------------------------------------------------------------------",
      "Measured here",
      "Tiny base       50.0 ± 5.0                             45.8 ± 5.0",
      "Tiny <tuned>  62.5 ± 5.0 (+12.5) {1 unscored}         65.4 (+19.6)",
    ];
    const lines = report.table(sampleResults()).text.split("\n");
    const squeeze = (line: string): string => line.replace(/ +/g, " ").replace(/-+/, "-");
    assert.deepEqual(lines.slice(0, wanted.length).map(squeeze), wanted.map(squeeze));
    assert.equal(new Set(lines.slice(2, 4).map((line) => line.length)).size, 1);
  });

  it("shows itself in a notebook cell and in the console", () => {
    const shown = report.table(sampleResults());
    const display = (shown as unknown as Record<symbol, () => Record<string, unknown>>)[Symbol.for("Jupyter.display")];
    const bundle = display?.() ?? {};
    assert.deepEqual(Object.keys(bundle), [benchmarkMimeType, "text/html", "text/markdown", "text/plain"]);
    assert.deepEqual(JSON.parse(JSON.stringify(bundle[benchmarkMimeType])), shown.table satisfies BenchmarkTable);
    assert.equal(inspect(shown), shown.text);
    assert.equal(String(shown), shown.text);
  });

  it("every number is shown in the unit of its metric", () => {
    const vc = { benchmark: "vc", benchmarkLabel: "Visual contribution", metric: "vc", unit: "nats" as const };
    const mme = { benchmark: "mme", benchmarkLabel: "MME", metric: "score", unit: "points" as const };
    const tuned = { model: "Tiny tuned", variant: "MM-ft" };
    const shown = report.table(
      results(
        {},
        { ...vc, value: 2.5, standardError: 0.0124 },
        { ...mme, value: 14.104, standardError: null },
        { ...vc, ...tuned, value: 2.4321, standardError: 0.01 },
        { ...mme, ...tuned, value: 14.2, standardError: null },
      ),
    );
    assert.deepEqual(
      shown.table.columns.map(({ unit }) => unit),
      ["fraction", "nats", "points"],
    );
    for (const text of [shown.text, shown.markdown, shown.html.replace(/<[^>]+>/g, " ").replace(/ +/g, " ")]) {
      assert.match(text, /vc, nats/);
      assert.match(text, /score, points/);
      assert.match(text, /2\.500 ± 0\.012/);
      assert.match(text, /2\.432 ± 0\.010 \(?−0\.068/);
      assert.match(text, /1410\.4/);
      assert.match(text, /1420\.0 \(?\+9\.6/);
      assert.match(text, /50\.0 ± 5\.0/);
      assert.match(text, /Percent, or the unit at the head of a column; ±/);
    }
    assert.match(report.table(results({})).text, /\nPercent; ±/);
  });

  it("percent() and signedPercent() round to one decimal", () => {
    assert.deepEqual([percent(0.4523), percent(1), percent(-0.004)], ["45.2", "100.0", "−0.4"]);
    assert.deepEqual([signedPercent(0.021), signedPercent(-0.004), signedPercent(0.0004)], ["+2.1", "−0.4", "±0.0"]);
  });
});
