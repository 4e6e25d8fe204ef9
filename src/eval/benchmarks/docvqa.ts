/** DocVQA: questions on scanned documents, scored by ANLS. */

import { locateDataset } from "../../data/dataset.ts";
import { readDocvqa } from "../../data/docvqa.ts";
import { pictureFile } from "../../data/picture-files.ts";
import { anls } from "../../metric/anls.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { checkedShots, type GenerationBenchmark } from "../benchmark.ts";
import { l2tContext, l2tStop, shortAnswer } from "./l2t-image.ts";
import { rightAnswers } from "./paper-image.ts";

/** The 5349 validation questions; the answers of the test set, which papers report, are the challenge server's alone. */
export const docvqa: GenerationBenchmark = {
  kind: "generation",
  name: "docvqa",
  label: "DocVQA",
  version: "1",
  split: "validation",
  shots: 0,
  source: "EvolvingLMMs-Lab/lmms-eval lmms_eval/tasks/docvqa (docvqa_val), ANLS by its definition; L2T",
  metrics: [{ name: "anls", direction: "higher", groupSize: null }],
  async load({ folder, shots }) {
    checkedShots({ name: "docvqa", shots: 0 }, shots, 0);
    const location = locateDataset("docvqa", { folder });
    const { rows, file } = await readDocvqa(location);
    const items = rows.map((row) => ({
      id: String(row.questionId),
      group: row.image,
      question: row.question,
      context: l2tContext(row.question + shortAnswer),
      images: [pictureFile(location, row.image)],
      stop: l2tStop,
      maxNewTokens: 32,
      references: rightAnswers(row.answers),
    }));
    return { items, file };
  },
  score(item, answer) {
    const answers = item.references.map(({ text }) => text);
    return { prediction: null, scores: { anls: anls(pythonStrip(answer), answers) } };
  },
};
