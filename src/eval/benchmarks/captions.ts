/** Captions of MSCOCO and Flickr30k pictures as the paper asks for them: three text-only demonstrations, ten tokens. */

import { numpyRandom, type NumpyRandom } from "../../base/numpy-random.ts";
import { pythonRandom } from "../../base/python-random.ts";
import { type CaptionRow, readCaptions } from "../../data/captions.ts";
import { type Demonstration } from "../../data/conversation/evaluation-prompt.ts";
import { type DatasetLocation } from "../../data/dataset.ts";
import { locateWithPictures, pictureFile } from "../../data/picture-files.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { checkedShots, type GenerationBenchmark, type GenerationItem } from "../benchmark.ts";
import { captionBleu, captionMeans, scoreCaptions } from "./caption-scoring.ts";
import { joinedFile } from "./joined-file.ts";
import { paperItem, paperSeed, rightAnswers } from "./paper-image.ts";

/** What the paper asks of every picture, in the demonstrations too. */
export const captionQuestion = "Please provide a description of the picture.";

/** Where captions and pictures stand. */
interface CaptionSource {
  readonly name: string;
  readonly label: string;
  /** The dataset, and the beginning of its files' names. */
  readonly dataset: string;
  /** The folder of the pictures. */
  readonly folder: string;
  readonly paper: string;
}

/** Karpathy's 5000 test pictures. */
export const mscocoCaptions: GenerationBenchmark = captionBenchmark({
  name: "mscoco_captions",
  label: "MSCOCO captions",
  dataset: "mscoco",
  folder: "val2014",
  paper: "Tables 4 and 5 (cider)",
});

/** Karpathy's 1000 test pictures. */
export const flickr30kCaptions: GenerationBenchmark = captionBenchmark({
  name: "flickr30k_captions",
  label: "Flickr30k captions",
  dataset: "flickr30k",
  folder: "test_images",
  paper: "Table 4 (cider)",
});

function captionBenchmark({ name, label, dataset, folder: pictures, paper }: CaptionSource): GenerationBenchmark {
  return {
    kind: "generation",
    name,
    label,
    version: "0",
    split: "test",
    shots: 3,
    source: `UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmoverall/evaluate.py; paper: ${paper}`,
    metrics: [...captionMeans, ...captionBleu],
    async load(options) {
      const count = checkedShots({ name, shots: 3 }, options.shots, 8);
      const places = locateWithPictures({ questions: dataset, pictures: dataset, folder: pictures }, options);
      const asked = await readPaperCaptions(places.questions, { dataset, count, seed: options.seed });
      const items = asked.rows.map(({ row, demonstrations }) =>
        captionItem(row, {
          id: row.image,
          image: pictureFile(places.pictures, `${pictures}/${row.image}`),
          demonstrations,
          seed: options.seed,
        }),
      );
      return { items, file: asked.file };
    },
    score: (item, answer) => scoreCaptions([item], [answer])[0] ?? { prediction: null, scores: {} },
    scoreAll: scoreCaptions,
  };
}

/** One picture as the paper asks for its caption. */
export function captionItem(
  row: CaptionRow,
  given: Pick<Parameters<typeof paperItem>[0], "id" | "image" | "demonstrations" | "seed">,
): GenerationItem {
  return paperItem({ ...given, group: row.image, question: captionQuestion, references: rightAnswers(row.captions) });
}

/** A picture with the demonstrations that stand before its question. */
export interface CaptionToAsk {
  readonly row: CaptionRow;
  readonly demonstrations: readonly Demonstration[];
}

/** The training pictures that demonstrations come from. */
const poolSize = 5000;

/**
 * The pictures of `<dataset>_test.json`, each with captions of random training pictures.
 *
 * The original seeds NumPy, which draws the pool and then picks captions, but not Python's generator, which draws the
 * demonstrations, so that nobody can repeat its draw; here both have the seed.
 */
export async function readPaperCaptions(
  location: DatasetLocation,
  {
    dataset,
    count,
    seed = paperSeed,
  }: { readonly dataset: string; readonly count: number; readonly seed?: number | undefined },
): Promise<{
  readonly rows: readonly CaptionToAsk[];
  readonly file: Awaited<ReturnType<typeof readCaptions>>["file"];
}> {
  const test = await readCaptions(location, `${dataset}_test.json`);
  if (count === 0) return { rows: test.rows.map((row) => ({ row, demonstrations: [] })), file: test.file };
  const train = await readCaptions(location, `${dataset}_train.json`);
  const numpy = numpyRandom(seed);
  const order = numpy.permutation(train.rows.length).subarray(0, poolSize);
  const pool = Array.from(order, (index) => train.rows[index]).filter((row) => row !== undefined);
  const python = pythonRandom(seed);
  const rows = test.rows.map((row) => {
    const demonstrations = python.sample(pool, count).map((shown) => demonstration(shown, numpy));
    numpy.integer(row.captions.length); // the original picks a caption of the test picture too, and does not use it
    return { row, demonstrations };
  });
  return { rows, file: joinedFile([test.file, train.file]) };
}

function demonstration({ captions }: CaptionRow, numpy: NumpyRandom): Demonstration {
  return { question: captionQuestion, answer: pythonStrip(captions[numpy.integer(captions.length)] ?? "") };
}
