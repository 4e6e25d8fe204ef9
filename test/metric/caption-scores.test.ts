import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { type CaptionPair } from "../../src/metric/caption-pair.ts";
import { captionScores } from "../../src/metric/caption-scores.ts";
import { needRealFiles } from "../eval/real-data.ts";
import { assertScore, captionGolden, goldenCaptions } from "./caption-golden.ts";

function readJson(path: string): Record<string, string & string[]> {
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, string & string[]>;
}

describe("metric/caption-scores", () => {
  it("captionScores() equals pycocoevalcap on 1,000 random caption sets, tokenizer included", () => {
    const { cider, bleu, rougeL } = captionScores(goldenCaptions);
    assertScore(cider.estimate.value, captionGolden.corpus.cider, "CIDEr");
    assertScore(rougeL.estimate.value, captionGolden.corpus.rougeL, "ROUGE-L");
    for (const [order, wanted] of captionGolden.corpus.bleu.entries()) {
      assertScore(bleu.corpus[order], wanted, `BLEU-${order + 1}`);
    }
    for (let image = 0; image < goldenCaptions.length; image++) {
      assertScore(cider.scores[image], captionGolden.cider[image], `CIDEr of ${image}`);
      assertScore(rougeL.scores[image], captionGolden.rougeL[image], `ROUGE-L of ${image}`);
      for (const [order, wanted] of (captionGolden.bleu[image] ?? []).entries()) {
        assertScore(bleu.images[image]?.[order], wanted, `BLEU-${order + 1} of ${image}`);
      }
    }
  });

  for (const [start, end, wanted] of captionGolden.parts) {
    it(`captionScores() equals pycocoevalcap on images ${start} to ${end} alone`, () => {
      const { cider, bleu, rougeL } = captionScores(goldenCaptions.slice(start, end));
      assertScore(cider.estimate.value, wanted.cider, "CIDEr");
      assertScore(rougeL.estimate.value, wanted.rougeL, "ROUGE-L");
      assertScore(bleu.corpus[3], wanted.bleu[3], "BLEU-4");
    });
  }

  for (const [kind, cider, rougeL] of [
    ["good", 0.5637, 0.428],
    ["bad", 0.279, 0.3121],
  ] as const) {
    it(`captionScores() gives the published values of clipscore's ${kind} captions`, function () {
      const folder = `${needRealFiles(this, "captions/clipscore")}/captions/clipscore`;
      const references = readJson(`${folder}/refs.json`);
      const pairs = Object.entries(readJson(`${folder}/${kind}_captions.json`)).map(
        ([image, candidate]): CaptionPair => ({
          candidate,
          references: references[image] ?? [],
        }),
      );
      const scores = captionScores(pairs);
      assert.equal(scores.cider.estimate.value?.toFixed(4), cider.toFixed(4));
      assert.equal(scores.rougeL.estimate.value?.toFixed(4), rougeL.toFixed(4));
    });
  }

  it("captionScores() gives the published values of nlg-eval's example", function () {
    const folder = `${needRealFiles(this, "captions/nlg-eval")}/captions/nlg-eval`;
    const [hypotheses = [], first = [], second = []] = ["hyp", "ref1", "ref2"].map((name) =>
      readFileSync(`${folder}/${name}.txt`, "utf8").trimEnd().split("\n"),
    );
    const { cider, bleu, rougeL } = captionScores(
      hypotheses.map((candidate, i) => ({ candidate, references: [first[i] ?? "", second[i] ?? ""] })),
    );
    assert.equal(cider.estimate.value?.toFixed(6), "1.242192");
    assert.equal(rougeL.estimate.value?.toFixed(6), "0.522104");
    assert.deepEqual(
      bleu.corpus.map((value) => value.toFixed(6)),
      ["0.550000", "0.428174", "0.284043", "0.201143"],
    );
  });

  it("captionScores() rejects an image without references", () => {
    assert.throws(() => captionScores([{ candidate: "a dog", references: [] }]), {
      name: "RangeError",
      message: 'Cannot score captions at "image 0": expected at least one reference, got none',
    });
  });
});
