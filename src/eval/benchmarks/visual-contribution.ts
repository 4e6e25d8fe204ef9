/**
 * Visual contribution: how much likelier the picture makes the right answer, VC = log p(X_A | X_V, X_I) - log p(X_A |
 * noise, X_I), in nats summed over the answer's tokens.
 *
 * Source: "Learning to Instruct", arXiv 2503.22215, as second readers report it. Not known, and chosen here: whether the
 * sum or the mean over tokens is meant (the sum), the noise (uniform, 336 x 336), the number of questions (1000, drawn
 * with the seed), and the prompt (LLaVA-1.5's).
 */

import { pythonRandom } from "../../base/python-random.ts";
import { locateDataset } from "../../data/dataset.ts";
import { readDocvqa } from "../../data/docvqa.ts";
import { noisePicture } from "../../data/image/noise-picture.ts";
import { locateWithPictures, pictureFile } from "../../data/picture-files.ts";
import { cocoPictureName, readVqa } from "../../data/vqa.ts";
import { checkedShots, type ChoiceBenchmark, type ChoiceItem, type ItemImage, type LoadOptions } from "../benchmark.ts";
import { joinedFile } from "./joined-file.ts";
import { l2tContext, shortAnswer } from "./l2t-image.ts";
import { paperSeed } from "./paper-image.ts";

/** Questions that are drawn. */
const drawn = 1000;

/** On VQAv2's training questions, with the most frequent answer. */
export const visualContributionVqav2: ChoiceBenchmark = {
  ...visualContribution({
    name: "visual_contribution_vqav2",
    label: "Visual contribution, VQAv2",
    split: "train",
  }),
  async load({ folder, shots, seed = paperSeed }) {
    checkedShots({ name: "visual_contribution_vqav2", shots: 0 }, shots, 0);
    const places = locateWithPictures({ questions: "vqav2", pictures: "mscoco", folder: "train2014" }, { folder });
    const { rows, files } = await readVqa(places.questions, "train2014");
    const items = draw(rows, seed).map((row, index) =>
      toItem({
        id: String(row.questionId),
        group: String(row.imageId),
        question: row.question,
        answer: mostFrequent(row.answers),
        image: pictureFile(places.pictures, `train2014/${cocoPictureName("train2014", row.imageId)}`),
        noise: noise(seed + index),
      }),
    );
    return { items, file: joinedFile(files) };
  },
};

/** On DocVQA's validation questions, with the first answer; those of the test set, which the paper names, are not public. */
export const visualContributionDocvqa: ChoiceBenchmark = {
  ...visualContribution({
    name: "visual_contribution_docvqa",
    label: "Visual contribution, DocVQA",
    split: "validation",
  }),
  async load({ folder, shots, seed = paperSeed }: LoadOptions) {
    checkedShots({ name: "visual_contribution_docvqa", shots: 0 }, shots, 0);
    const location = locateDataset("docvqa", { folder });
    const { rows, file } = await readDocvqa(location);
    const items = draw(rows, seed).map((row, index) =>
      toItem({
        id: String(row.questionId),
        group: row.image,
        question: row.question,
        answer: row.answers[0] ?? "",
        image: pictureFile(location, row.image),
        noise: noise(seed + index),
      }),
    );
    return { items, file };
  },
};

function visualContribution(given: Pick<ChoiceBenchmark, "name" | "label" | "split">): Omit<ChoiceBenchmark, "load"> {
  return {
    ...given,
    kind: "choice",
    version: "1",
    shots: 0,
    source: "L2T, Fig. 5, as second readers report it",
    metrics: [{ name: "vc", direction: "higher", unit: "nats", groupSize: null }],
    yesChoice: null,
    score: (_, [[seen = NaN] = [], [unseen = NaN] = []]) => ({ prediction: null, scores: { vc: seen - unseen } }),
    chance: () => ({ vc: 0 }),
  };
}

interface Asked {
  readonly id: string;
  readonly group: string;
  readonly question: string;
  readonly answer: string;
  readonly image: ItemImage;
  readonly noise: ItemImage;
}

/** The answer alone is scored, once after the picture and once after noise. */
function toItem({ id, group, question, answer, image, noise }: Asked): ChoiceItem {
  const choices = [{ text: ` ${answer}`, isRight: true }];
  return {
    id,
    group,
    question,
    context: l2tContext(question + shortAnswer),
    images: [image],
    sets: [
      { name: "picture", choices },
      { name: "noise", choices, images: [noise] },
    ],
  };
}

function noise(seed: number): ItemImage {
  return { path: `noise ${seed}`, read: () => noisePicture({ width: 336, height: 336, seed }) };
}

function draw<Row>(rows: readonly Row[], seed: number): readonly Row[] {
  return pythonRandom(seed).sample(rows, Math.min(drawn, rows.length));
}

/** The first among equals. */
function mostFrequent(answers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return answers.find((answer) => counts.get(answer) === most) ?? "";
}
