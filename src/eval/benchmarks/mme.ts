/** MME: two yes-or-no questions a picture; a task's score is its accuracy plus its share of pictures with both right. */

import { locateDataset } from "../../data/dataset.ts";
import { type MmeRow, readMme } from "../../data/mme.ts";
import { pictureFile } from "../../data/picture-files.ts";
import { mmeAnswerOf, mmeTasks } from "../../metric/mme.ts";
import { type BenchmarkMetric, checkedShots, type CorpusSample, type GenerationBenchmark } from "../benchmark.ts";
import { resampledEstimate } from "../corpus.ts";
import { joinedFile } from "./joined-file.ts";
import { paperItem, rightAnswers } from "./paper-image.ts";

/** Eight of the ten tasks of perception: the paper leaves out landmark and artwork. At most 1600 points. */
export const mmePerception: GenerationBenchmark = mmeBenchmark("perception");

/** The four tasks of cognition. At most 800 points. */
export const mmeCognition: GenerationBenchmark = mmeBenchmark("cognition");

/**
 * `score` is the sum over tasks of acc and acc+, in [0, 16] or [0, 8]: times 100, as tables show it, MME's points. A text
 * that is neither yes nor no is wrong.
 */
function mmeBenchmark(part: keyof typeof mmeTasks): GenerationBenchmark {
  const name = `mme_${part}`;
  return {
    kind: "generation",
    name,
    label: `MME ${part}`,
    version: "0",
    split: "test",
    shots: 0,
    source: "UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmoverall/mme_metric.py; paper: Table 4 (score)",
    metrics: [
      scoreMetric("score", () => true),
      { name: "acc", direction: "higher", groupSize: null },
      { name: "acc_plus", direction: "higher", groupSize: 2 },
      ...mmeTasks[part].map((task) => scoreMetric(`score_${task}`, (sample) => taskOf(sample) === task)),
    ],
    async load({ folder, shots, seed }) {
      checkedShots({ name, shots: 0 }, shots, 0);
      const location = locateDataset("mme", { folder });
      const ending = part === "perception" ? ".jpg" : ".png";
      const parts = await Promise.all(mmeTasks[part].map((task) => readMme(location, { task, ending })));
      const toItem = (row: MmeRow, index: number): ReturnType<typeof paperItem> =>
        paperItem({
          id: `${row.image}:${index % 2}`,
          group: row.image,
          question: row.question,
          image: pictureFile(location, row.image),
          references: rightAnswers([row.label]),
          seed,
        });
      return {
        items: parts.flatMap(({ rows }) => rows.map(toItem)),
        file: joinedFile(parts.map(({ file }) => file)),
      };
    },
    score(item, answer) {
      const isRight = mmeAnswerOf(answer) === item.references[0]?.text ? 1 : 0;
      return { prediction: null, scores: { acc: isRight, acc_plus: isRight } };
    },
  };
}

/** acc plus acc+, summed over tasks; the error comes from drawing pictures again. */
function scoreMetric(name: string, isIn: (sample: CorpusSample) => boolean): BenchmarkMetric {
  return {
    name,
    direction: "higher",
    unit: "points",
    groupSize: null,
    over: (samples) => resampledEstimate(samples.filter(isIn), { measure: points, groupOf: ({ group }) => group }),
  };
}

/** A picture that is drawn twice counts twice: its questions stand in pairs. */
function points(samples: readonly CorpusSample[]): number | null {
  const tasks = new Map<string, { right: number; questions: number; both: number; pictures: number }>();
  for (const [index, sample] of samples.entries()) {
    const task = taskOf(sample);
    const sum = tasks.get(task) ?? { right: 0, questions: 0, both: 0, pictures: 0 };
    tasks.set(task, sum);
    sum.questions += 1;
    sum.right += sample.scores.acc ?? 0;
    const before = samples[index - 1];
    if (before?.group !== sample.group || before === sample || !isSecond(sample)) continue;
    sum.pictures += 1;
    sum.both += (before.scores.acc ?? 0) * (sample.scores.acc ?? 0);
  }
  const sums = [...tasks.values()];
  if (sums.length === 0 || sums.some(({ pictures }) => pictures === 0)) return null;
  return sums.reduce((total, sum) => total + sum.right / sum.questions + sum.both / sum.pictures, 0);
}

function taskOf({ group }: CorpusSample): string {
  return group?.split("/")[0] ?? "";
}

function isSecond({ sample }: CorpusSample): boolean {
  return sample.endsWith(":1");
}
