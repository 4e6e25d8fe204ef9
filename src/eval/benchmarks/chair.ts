/** CHAIR: how much a long description tells of objects that are not in the picture. */

import { readFile } from "node:fs/promises";

import { pythonRandom } from "../../base/python-random.ts";
import { type CocoPicture, readCocoPictures } from "../../data/coco-objects.ts";
import { datasetFile } from "../../data/dataset.ts";
import { locateWithPictures, pictureFile } from "../../data/picture-files.ts";
import { type ChairSynonyms, mentionedObjects, readChairSynonyms } from "../../metric/chair.ts";
import { type BenchmarkMetric, checkedShots, type GenerationBenchmark } from "../benchmark.ts";
import { resampledEstimate } from "../corpus.ts";
import { joinedFile } from "./joined-file.ts";
import { l2tContext, l2tStop } from "./l2t-image.ts";
import { paperSeed, rightAnswers } from "./paper-image.ts";

const question = "Please describe this image in detail.";

/** As many pictures as is usual; which ones L2T took is not known. */
const drawn = 500;

/** Mentions of absent objects / mentions, of all descriptions together. */
const chairI: BenchmarkMetric = {
  name: "chair_i",
  direction: "lower",
  groupSize: null,
  over: (samples) =>
    resampledEstimate(samples, {
      measure: (all) => {
        const sum = (name: string): number => all.reduce((total, { scores }) => total + (scores[name] ?? 0), 0);
        const mentions = sum("mentions");
        return mentions === 0 ? null : sum("hallucinated") / mentions;
      },
    }),
};

/**
 * 500 MSCOCO validation pictures, drawn with the seed. The synonyms are the file of LisaAnne/Hallucination@6e4d33c,
 * data/synonyms.txt, which extends the list of Lu et al. 2018; our sample has a few lines of its own in its form.
 */
export const chair: GenerationBenchmark = {
  kind: "generation",
  name: "chair",
  label: "CHAIR",
  version: "1",
  split: "validation",
  shots: 0,
  source: "LisaAnne/Hallucination@6e4d33c utils/chair.py, synonyms its data/synonyms.txt; L2T (chair_s, chair_i)",
  metrics: [chairI, { name: "chair_s", direction: "lower", groupSize: null }],
  async load({ folder, shots, seed = paperSeed }) {
    checkedShots({ name: "chair", shots: 0 }, shots, 0);
    const places = locateWithPictures({ questions: "chair", pictures: "mscoco", folder: "val2014" }, { folder });
    const synonymFile = await datasetFile(places.questions, "synonyms.txt");
    const synonyms = readChairSynonyms(await readFile(synonymFile.path, "utf8"));
    const { rows, files } = await readCocoPictures(places.questions);
    const asked = pythonRandom(seed).sample(rows, Math.min(drawn, rows.length));
    const items = asked.map((row) => ({
      id: String(row.imageId),
      group: null,
      question,
      context: l2tContext(question),
      images: [pictureFile(places.pictures, `val2014/${row.image}`)],
      stop: l2tStop,
      maxNewTokens: 512,
      references: rightAnswers([...objectsIn(row, synonyms)]),
      synonyms,
    }));
    return { items, file: joinedFile([synonymFile, ...files]) };
  },
  score({ references, synonyms = new Map() }, answer) {
    const objects = new Set(references.map(({ text }) => text));
    const mentioned = mentionedObjects(answer, synonyms);
    const hallucinated = mentioned.filter((object) => !objects.has(object)).length;
    const scores = { chair_s: hallucinated > 0 ? 1 : 0, mentions: mentioned.length, hallucinated };
    return { prediction: null, scores };
  },
};

/** What is segmented in a picture, and what people's captions mention. */
function objectsIn({ categories, captions }: CocoPicture, synonyms: ChairSynonyms): ReadonlySet<string> {
  const segmented = Array.from(categories, (name) => synonyms.get(name) ?? name);
  return new Set([...segmented, ...captions.flatMap((caption) => mentionedObjects(caption, synonyms))]);
}
