import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { report } from "../../src/report/report.ts";
import { type SampleRow } from "../../src/result/rows.ts";
import { buildResults, type ResultTable } from "../../src/result/table.ts";
import { sampleResults, sampleRow } from "../result/sample-results.ts";

function results(...rows: Partial<SampleRow>[]): ResultTable {
  return buildResults({ samples: rows.map(sampleRow), summary: [], provenance: sampleResults().provenance });
}

describe("report/question", () => {
  const mc: Partial<SampleRow> = {
    benchmark: "truthfulqa_mc",
    choiceSets: ["mc1", "mc1", "mc2", "mc2", "mc2"],
    choices: [" Right.", " Wrong.", " Right.", " Also <b>right</b>.", " Wrong."],
    isRight: [true, false, true, true, false],
    loglikelihoods: [-10, -8, -10, -9, -8],
    tokenCounts: [1, 1, 1, 1, 1],
    prediction: 1,
    scoreNames: ["mc1", "mc2"],
    scoreValues: [0, 0.3],
  };

  it("question() shows the choices of one set, what is right, and each model's log-likelihoods", () => {
    const shown = report.question(
      results(mc, { ...mc, model: "b", prediction: 0, loglikelihoods: [-1, -8, 0, 0, 0] }),
      {
        benchmark: "truthfulqa_mc",
      },
    );
    assert.equal(
      shown.text.split("\n").slice(2, 10).join("\n"),
      [
        "",
        "Tiny base",
        " ✓    −10.00 █··················· Right.",
        "▸      −8.00 ████████████████████ Wrong.",
        "",
        "b",
        "▸✓     −1.00 ████████████████████ Right.",
        "       −8.00 █··················· Wrong.",
      ].join("\n"),
    );
    assert.match(shown.html, /<b>▸ −8\.00<\/b><span class="sl-bar"><i style="width:100\.0%">/);
    assert.match(shown.markdown, /\| ✓ \| Right\. \| −10\.00 \| ▸ −1\.00 \|/);
  });

  it("question() shows another set, with its own preferred choice, and escapes the text", () => {
    const shown = report.question(results(mc), { benchmark: "truthfulqa_mc", set: "mc2", sample: 0 });
    assert.match(shown.text, /▸ {6}−8\.00 █+ Wrong\./);
    assert.match(shown.html, /Also &lt;b&gt;right&lt;\/b&gt;\./);
    assert.doesNotMatch(shown.html, /<b>right/);
  });

  it("question() says what could not be scored, and draws minus infinity as such", () => {
    const { text } = report.question(sampleResults(), { benchmark: "ethics_cm", sample: 1, models: ["Tiny <tuned>"] });
    assert.match(text, /^ {3}not scored ·{20} yes$/m);
    const infinite = report.question(results({ ...mc, loglikelihoods: [-Infinity, -8, 0, 0, 0] }), {
      benchmark: "truthfulqa_mc",
    });
    assert.match(infinite.text, /^ ✓ {8}−∞ ·{20} Right\.$/m);
  });

  it("question() shows scores, why there are none, and the whole prompt, as harmless text", () => {
    const shown = report.question(
      results(
        { ...mc, prompt: "Q: <script>x</script>\nA:", promptHash: "ab".repeat(32), scoreValues: [0, 1 / 3] },
        {
          ...mc,
          model: "b",
          scoreNames: [],
          scoreValues: [],
          prediction: null,
          problem: "refused <b>",
          truncated: true,
        },
      ),
      { benchmark: "truthfulqa_mc" },
    );
    assert.match(shown.text, /^Tiny base: mc1 0, mc2 0\.3333$/m);
    assert.match(shown.text, /^b: not scored: refused <b> \(prompt cut to fit the model's window\)$/m);
    assert.match(shown.text, /^Prompt, SHA-256 abababababab:\n {2}Q: <script>x<\/script>\n {2}A:$/m);
    assert.match(shown.html, /<pre class="sl-question">Q: &lt;script&gt;x&lt;\/script&gt;\nA:<\/pre>/);
    assert.match(shown.html, /<li>b: not scored: refused &lt;b&gt;/);
    assert.match(shown.markdown, /- b: not scored: refused &lt;b>/);
  });

  it("question() draws pictures that are still what the model saw, and says where they are not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-question-"));
    try {
      const path = join(folder, 'a "b".png');
      const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
      await writeFile(path, png);
      const hash = createHash("sha256").update(png).digest("hex");
      const images = [path, path, join(folder, "gone.jpg")];
      const shown = report.question(results({ ...mc, images, imageHashes: [hash, "00", "00"] }), {
        benchmark: "truthfulqa_mc",
      });
      const drawn = `<img alt="a &quot;b&quot;.png" src="data:image/png;base64,${png.toString("base64")}"`;
      assert.equal(shown.html.split(drawn).length, 2);
      assert.match(shown.html, /\(not what the model saw: made from it, or changed since\)/);
      assert.match(shown.html, /gone\.jpg \(no longer there\)/);
      assert.match(shown.text, /^Picture: .*gone\.jpg$/m);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("question() names what there is where it cannot find the benchmark or the sample", () => {
    assert.throws(() => report.question(sampleResults(), { benchmark: "x" }), {
      name: "RangeError",
      message: /samples of "x" in the results: expected one of ethics_cm/,
    });
    assert.throws(() => report.question(sampleResults(), { benchmark: "ethics_cm", sample: 99 }), {
      message: /sample "99"/,
    });
  });
});

describe("report/flips", () => {
  const row = (model: string, sample: string, prediction: number | null): Partial<SampleRow> => ({
    model,
    sample,
    prediction,
    question: `Question ${sample} <i>`,
    choices: [" a", " b", " c"],
    choiceSets: ["mc1", "mc1", "mc1"],
    isRight: [true, false, false],
    ...(prediction === null ? { scoreNames: [], scoreValues: [] } : {}),
  });
  const both = results(
    ...[0, 0, 1, 1, 1, null].map((prediction, i) => row("A", String(i), prediction)),
    ...[0, 1, 0, 2, 1, 0].map((prediction, i) => row("B", String(i), prediction)),
  );

  it("flips() counts every kind of difference and leaves unscored samples out", () => {
    const { counts } = report.flips(both, ["A", "B"], { benchmark: "ethics_cm" });
    assert.deepEqual(counts, { both: 5, onlyFirstRight: 1, onlySecondRight: 1, differentlyWrong: 1, unscored: 1 });
  });

  it("flips() shows the differing questions side by side, up to a limit", () => {
    const { text, html, markdown } = report.flips(both, ["A", "B"], { benchmark: "ethics_cm", limit: 2 });
    assert.match(text, /^1 {2}Question 1 <i>\n {4}A: ✓ a\n {4}B: ✗ b\n\n2 {2}Question 2/m);
    assert.match(text, /and 1 more$/);
    assert.match(html, /Question 1 &lt;i&gt;/);
    assert.doesNotMatch(html, /Question 3/);
    assert.match(markdown, /\| 1 \| Question 1 &lt;i> \| ✓ a \| ✗ b \|/);
  });

  it("flips() and question() show answers in words, with their references", () => {
    const words = (model: string, sample: string, response: string, acc: number): Partial<SampleRow> => ({
      ...row(model, sample, null),
      choices: ["Four.", "Five."],
      choiceSets: ["reference", "reference"],
      isRight: [true, false],
      loglikelihoods: [null, null],
      response,
      scoreNames: ["bleu_max", "rougeL_acc"],
      scoreValues: [0.1, acc],
    });
    const answered = results(words("A", "0", " Four <4>", 1), words("B", "0", " Five", 0));
    const shown = report.flips(answered, ["A", "B"], { benchmark: "ethics_cm" });
    assert.equal(shown.counts.onlyFirstRight, 1);
    assert.match(shown.text, /A: ✓ Four <4>\n {4}B: ✗ Five/);
    const { text, html } = report.question(answered, { benchmark: "ethics_cm" });
    assert.match(text, /^A: Four <4>\nB: Five\n\n✓ Four\.\n✗ Five\.$/m);
    assert.match(html, /Four &lt;4&gt;/);
  });

  it("flips() names the models there are", () => {
    assert.throws(() => report.flips(both, ["A", "C"], { benchmark: "ethics_cm" }), {
      message: /"C".*expected one of A, B/,
    });
  });
});
