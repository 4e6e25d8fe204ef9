/**
 * Unicorn's two tests on unusual pictures: OODCV-VQA and Sketchy-VQA, zero-shot, at most 25 tokens.
 *
 * Source: UCSC-VLAA/vllm-safety-benchmark@ef1aba1 baselines/llava_modeling.py, safety_evaluations/ood_scenarios. It takes
 * the conversation template from the checkpoint's name, v0 where that names none; here it is v0, as elsewhere in the
 * paper.
 */

import { type DatasetLocation, locateDataset } from "../../data/dataset.ts";
import { pictureFile } from "../../data/picture-files.ts";
import { readOodcvVqa, readSketchyVqa } from "../../data/unicorn.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { oodcvVqaCorrect, sketchyVqaAnswerOf } from "../../metric/unicorn.ts";
import { checkedShots, type GenerationBenchmark, type GenerationItem } from "../benchmark.ts";
import { paperItem, rightAnswers } from "./paper-image.ts";
import { yesNoMetrics, yesNoScore } from "./yes-no.ts";

const source = "UCSC-VLAA/vllm-safety-benchmark@ef1aba1 safety_evaluations/ood_scenarios; paper: Table 4";
/** Right where an accepted form of the answer stands anywhere in the text. */
export const oodcvVqa: GenerationBenchmark = {
  kind: "generation",
  name: "oodcv_vqa",
  label: "OODCV-VQA",
  version: "0",
  split: "test",
  shots: 0,
  source,
  metrics: [{ name: "acc", direction: "higher", groupSize: null }],
  async load({ folder, shots, seed }) {
    checkedShots({ name: "oodcv_vqa", shots: 0 }, shots, 0);
    const location = locateDataset("oodcv-vqa", { folder });
    const { rows, file } = await readOodcvVqa(location);
    const items = rows.map((row, index) => toItem(row, { index, answer: row.answer, location, seed }));
    return { items, file };
  },
  score(item, answer) {
    const isRight = oodcvVqaCorrect(pythonStrip(answer), item.references[0]?.text ?? "");
    return { prediction: null, scores: { acc: isRight ? 1 : 0 } };
  },
};

/** `acc` is over the decided answers, as the program has it: undecided ones are unscored, and shown as such. */
export const sketchyVqa: GenerationBenchmark = {
  kind: "generation",
  name: "sketchy_vqa",
  label: "Sketchy-VQA",
  version: "0",
  split: "test",
  shots: 0,
  source: `${source} (acc or f1)`,
  metrics: [{ name: "acc", direction: "higher", groupSize: null }, ...yesNoMetrics],
  async load({ folder, shots, seed }) {
    checkedShots({ name: "sketchy_vqa", shots: 0 }, shots, 0);
    const location = locateDataset("sketchy-vqa", { folder });
    const { rows, file } = await readSketchyVqa(location);
    const items = rows.map((row, index) => toItem(row, { index, answer: row.label, location, seed }));
    return { items, file };
  },
  score: (item, answer) => yesNoScore(sketchyVqaAnswerOf(pythonStrip(answer)), item.references),
};

function toItem(
  { image, question }: { readonly image: string; readonly question: string },
  {
    index,
    answer,
    location,
    seed,
  }: {
    readonly index: number;
    readonly answer: string;
    readonly location: DatasetLocation;
    readonly seed: number | undefined;
  },
): GenerationItem {
  return paperItem({
    id: String(index),
    group: image,
    question,
    image: pictureFile(location, image),
    references: rightAnswers([answer]),
    maxNewTokens: 25,
    seed,
  });
}
