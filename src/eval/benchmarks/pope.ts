/** POPE: is an object in the picture? Three splits, which differ in how the absent objects were chosen. */

import { locateWithPictures, pictureFile } from "../../data/picture-files.ts";
import { type PopeSplit, readPope } from "../../data/pope.ts";
import { popeAnswerOf } from "../../metric/pope.ts";
import { checkedShots, type GenerationBenchmark } from "../benchmark.ts";
import { paperItem, rightAnswers } from "./paper-image.ts";
import { yesNoMetrics, yesNoScore } from "./yes-no.ts";

/** Absent objects at random. */
export const popeRandom: GenerationBenchmark = popeBenchmark("random");

/** The most frequent objects that are absent. */
export const popePopular: GenerationBenchmark = popeBenchmark("popular");

/** Absent objects that often stand beside the present ones. */
export const popeAdversarial: GenerationBenchmark = popeBenchmark("adversarial");

/** Zero-shot, in file order. What says neither yes nor no counts as yes, so that precision always has a meaning. */
function popeBenchmark(split: PopeSplit): GenerationBenchmark {
  const name = `pope_${split}`;
  return {
    kind: "generation",
    name,
    label: `POPE ${split}`,
    version: "0",
    split: "test",
    shots: 0,
    source:
      "UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmoverall/evaluate.py; RUCAIBox/POPE@3df3ba1; paper: Table 4 (acc, presumably)",
    metrics: [{ name: "acc", direction: "higher", groupSize: null }, ...yesNoMetrics],
    async load({ folder, shots, seed }) {
      checkedShots({ name, shots: 0 }, shots, 0);
      const places = locateWithPictures({ questions: "pope", pictures: "mscoco", folder: "val2014" }, { folder });
      const { rows, file } = await readPope(places.questions, split);
      const items = rows.map((row) =>
        paperItem({
          id: String(row.questionId),
          group: row.image,
          question: row.question,
          image: pictureFile(places.pictures, `val2014/${row.image}`),
          references: rightAnswers([row.label]),
          seed,
        }),
      );
      return { items, file };
    },
    score: (item, answer) => yesNoScore(popeAnswerOf(answer), item.references),
  };
}
