/** Captions of MSCOCO and Flickr30k pictures as L2T's evaluations ask for them: no example, one sentence, greedy. */

import { readCaptions } from "../../data/captions.ts";
import { locateWithPictures, pictureFile } from "../../data/picture-files.ts";
import { checkedShots, type GenerationBenchmark } from "../benchmark.ts";
import { captionBleu, captionMeans, scoreCaptions } from "./caption-scoring.ts";
import { l2tContext, l2tStop } from "./l2t-image.ts";
import { rightAnswers } from "./paper-image.ts";

const question = "Provide a one-sentence caption for the provided image.";

/** Version "l2t"; "0" is the paper's. */
export const mscocoCaptionsL2t: GenerationBenchmark = captionBenchmark({
  name: "mscoco_captions",
  label: "MSCOCO captions",
  dataset: "mscoco",
  pictures: "val2014",
});

/** Version "l2t"; "0" is the paper's. */
export const flickr30kCaptionsL2t: GenerationBenchmark = captionBenchmark({
  name: "flickr30k_captions",
  label: "Flickr30k captions",
  dataset: "flickr30k",
  pictures: "test_images",
});

function captionBenchmark({
  name,
  label,
  dataset,
  pictures,
}: Pick<GenerationBenchmark, "name" | "label"> & {
  readonly dataset: string;
  readonly pictures: string;
}): GenerationBenchmark {
  return {
    kind: "generation",
    name,
    label,
    version: "l2t",
    split: "test",
    shots: 0,
    source:
      "EvolvingLMMs-Lab/lmms-eval lmms_eval/tasks/coco_cap (prompt and decoding), on Karpathy's test pictures; L2T",
    metrics: [...captionMeans, ...captionBleu],
    async load({ folder, shots }) {
      checkedShots({ name, shots: 0 }, shots, 0);
      const places = locateWithPictures({ questions: dataset, pictures: dataset, folder: pictures }, { folder });
      const { rows, file } = await readCaptions(places.questions, `${dataset}_test.json`);
      const items = rows.map((row) => ({
        id: row.image,
        group: row.image,
        question,
        context: l2tContext(question),
        images: [pictureFile(places.pictures, `${pictures}/${row.image}`)],
        stop: l2tStop,
        maxNewTokens: 64,
        references: rightAnswers(row.captions),
      }));
      return { items, file };
    },
    score: (item, answer) => scoreCaptions([item], [answer])[0] ?? { prediction: null, scores: {} },
    scoreAll: scoreCaptions,
  };
}
