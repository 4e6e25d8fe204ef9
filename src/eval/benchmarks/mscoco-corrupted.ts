/**
 * MSCOCO-C: captions of pictures with noise, blur, less contrast and more brightness, at three severities each; the
 * paper's number is the mean CIDEr of the twelve runs.
 *
 * Pictures that were corrupted beforehand are taken from `val2014-c/<corruption>/<severity>/val2014/`, as the original
 * does. Where that folder is absent they are corrupted when they are asked, at full size and without a second JPEG; the
 * seed of the original's noise is not known.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";

import { corruptPicture } from "../../data/corruptions/corrupt-picture.ts";
import { type Corruption, type Severity } from "../../data/corruptions/corruption.ts";
import { type DatasetLocation } from "../../data/dataset.ts";
import { locateWithPictures, pictureFile } from "../../data/picture-files.ts";
import { clusteredEstimate } from "../../metric/clustered-error.ts";
import {
  type BenchmarkMetric,
  checkedShots,
  type CorpusSample,
  type GenerationBenchmark,
  type GenerationItem,
  type ItemImage,
  type ItemScore,
} from "../benchmark.ts";
import { scoreCaptions } from "./caption-scoring.ts";
import { captionItem, readPaperCaptions } from "./captions.ts";
import { paperSeed } from "./paper-image.ts";

/** The paper's choice of the 19. */
const corruptions = [
  "gaussian_noise",
  "defocus_blur",
  "contrast",
  "brightness",
] as const satisfies readonly Corruption[];
const severities = [1, 3, 5] as const satisfies readonly Severity[];

/** Every picture is asked twelve times in a row, so that a limit takes some of each run. */
export const mscocoC: GenerationBenchmark = {
  kind: "generation",
  name: "mscoco_c",
  label: "MSCOCO-C captions",
  version: "0",
  split: "test",
  shots: 3,
  source:
    "UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmoverall/evaluate.py; hendrycks/robustness imagenet_c; paper: Table 5 (cider)",
  metrics: [
    meanMetric("cider", () => true),
    ...corruptions.map((corruption) => meanMetric(`cider_${corruption}`, (run) => run.startsWith(`${corruption}/`))),
  ],
  async load(options) {
    const { seed = paperSeed, shots } = options;
    const count = checkedShots({ name: "mscoco_c", shots: 3 }, shots, 8);
    const places = locateWithPictures({ questions: "mscoco", pictures: "mscoco", folder: "val2014" }, options);
    const { rows, file } = await readPaperCaptions(places.questions, { dataset: "mscoco", count, seed });
    const asked = runs.map((run) => ({ ...run, isMade: existsSync(join(places.pictures.folder, folderOf(run))) }));
    const items = rows.flatMap(({ row, demonstrations }) =>
      asked.map((run) => {
        const image = corruptedPicture(places.pictures, { name: row.image, ...run, seed });
        const id = `${run.corruption}/${run.severity}/${row.image}`;
        return captionItem(row, { id, image, demonstrations, seed });
      }),
    );
    return { items, file };
  },
  score: (item, answer) => scoreRuns([item], [answer])[0] ?? { prediction: null, scores: {} },
  scoreAll: scoreRuns,
};

interface Run {
  readonly corruption: Corruption;
  readonly severity: Severity;
}

const runs: readonly Run[] = corruptions.flatMap((corruption) =>
  severities.map((severity) => ({ corruption, severity })),
);

/** Document frequencies are those of one run, as each of the twelve is a corpus of its own. */
function scoreRuns(items: readonly GenerationItem[], answers: readonly string[]): readonly ItemScore[] {
  const scores: ItemScore[] = items.map(() => ({ prediction: null, scores: {} }));
  const byRun = new Map<string, number[]>();
  for (const [index, { id }] of items.entries()) byRun.set(runOf(id), [...(byRun.get(runOf(id)) ?? []), index]);
  for (const indices of byRun.values()) {
    const own = indices.flatMap((index) => items[index] ?? []);
    const found = scoreCaptions(
      own,
      indices.map((index) => answers[index] ?? ""),
    );
    for (const [place, index] of indices.entries()) scores[index] = found[place] ?? { prediction: null, scores: {} };
  }
  return scores;
}

/** The mean over pictures and runs; the error knows that a picture is asked several times. */
function meanMetric(name: string, isIn: (run: string) => boolean): BenchmarkMetric {
  return {
    name,
    direction: "higher",
    groupSize: null,
    over: (samples) => {
      const { value, standardError, n, unscored } = clusteredEstimate(
        samples.filter(({ sample }) => isIn(runOf(sample))).map(toScore),
      );
      return { value, standardError, n, unscored };
    },
  };
}

function toScore({ group, sample, scores }: CorpusSample): { readonly group: string; readonly score: number | null } {
  return { group: group ?? sample, score: scores.cider ?? null };
}

/** "gaussian_noise/3" of "gaussian_noise/3/COCO_val2014_000000000042.jpg". */
function runOf(id: string): string {
  return id.split("/").slice(0, 2).join("/");
}

/** Where pictures that were corrupted beforehand stand. */
function folderOf({ corruption, severity }: Run): string {
  return `val2014-c/${corruption}/${severity}/val2014`;
}

function corruptedPicture(
  location: DatasetLocation,
  given: Run & { readonly name: string; readonly seed: number; readonly isMade: boolean },
): ItemImage {
  const { name, isMade } = given;
  const made = `${folderOf(given)}/${name}`;
  if (isMade) return pictureFile(location, made);
  const clean = pictureFile(location, `val2014/${name}`);
  return {
    path: join(location.folder, made),
    read: async () => corruptPicture(await clean.read(), { ...given, name: clean.path }),
  };
}
