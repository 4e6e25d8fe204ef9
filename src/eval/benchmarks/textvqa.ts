/** TextVQA: questions on text in pictures, scored against the answers of ten people. */

import { locateDataset } from "../../data/dataset.ts";
import { pictureFile } from "../../data/picture-files.ts";
import { readTextvqa } from "../../data/textvqa.ts";
import { textvqaAccuracy } from "../../metric/textvqa-accuracy.ts";
import { checkedShots, type GenerationBenchmark } from "../benchmark.ts";
import { l2tContext, l2tStop, shortAnswer } from "./l2t-image.ts";
import { rightAnswers } from "./paper-image.ts";

/** The 5000 validation questions, without the OCR tokens that LLaVA-1.5's own script puts into its prompts. */
export const textvqa: GenerationBenchmark = {
  kind: "generation",
  name: "textvqa",
  label: "TextVQA",
  version: "1",
  split: "validation",
  shots: 0,
  source: "haotian-liu/LLaVA@c121f04 llava/eval/eval_textvqa.py, without its OCR tokens; L2T",
  metrics: [{ name: "acc", direction: "higher", groupSize: null }],
  async load({ folder, shots }) {
    checkedShots({ name: "textvqa", shots: 0 }, shots, 0);
    const location = locateDataset("textvqa", { folder });
    const { rows, file } = await readTextvqa(location);
    const items = rows.map((row) => ({
      id: String(row.questionId),
      group: row.imageId,
      question: row.question,
      context: l2tContext(row.question + shortAnswer),
      images: [pictureFile(location, `train_images/${row.imageId}.jpg`)],
      stop: l2tStop,
      maxNewTokens: 128,
      references: rightAnswers(row.answers),
    }));
    return { items, file };
  },
  score(item, answer) {
    const answers = item.references.map(({ text }) => text);
    return { prediction: null, scores: { acc: textvqaAccuracy(answer, answers) } };
  },
};
