/** VQAv2: open questions on MSCOCO pictures, scored against the answers of ten people. */

import { numpyRandom } from "../../base/numpy-random.ts";
import { pythonRandom } from "../../base/python-random.ts";
import { locateWithPictures, pictureFile } from "../../data/picture-files.ts";
import { cocoPictureName, readVqa, type VqaRow } from "../../data/vqa.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { vqaAccuracy, vqaAnswerOf } from "../../metric/vqa-accuracy.ts";
import { checkedShots, type GenerationBenchmark } from "../benchmark.ts";
import { joinedFile } from "./joined-file.ts";
import { paperItem, paperSeed, rightAnswers } from "./paper-image.ts";

/** What the paper draws: 2048 questions for demonstrations, then 5000 that are asked. */
const drawn = { pool: 2048, asked: 5000 };

/** The paper's first version only. Three text-only demonstrations, answered as the first annotator did. */
export const vqav2: GenerationBenchmark = {
  kind: "generation",
  name: "vqav2",
  label: "VQAv2",
  version: "0",
  split: "validation",
  shots: 3,
  source: "UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmoverall/evaluate.py; paper: Table 3 of its first version",
  metrics: [{ name: "acc", direction: "higher", groupSize: null }],
  async load({ folder, shots, seed = paperSeed }) {
    const count = checkedShots({ name: "vqav2", shots: 3 }, shots, 8);
    const places = locateWithPictures({ questions: "vqav2", pictures: "mscoco", folder: "val2014" }, { folder });
    const { rows, files } = await readVqa(places.questions, "val2014");
    const { pool, asked } = draw(rows, seed);
    const random = pythonRandom(seed);
    const items = asked.map((row) =>
      paperItem({
        id: String(row.questionId),
        group: String(row.imageId),
        question: row.question,
        image: pictureFile(places.pictures, `val2014/${cocoPictureName("val2014", row.imageId)}`),
        references: rightAnswers(row.answers),
        demonstrations: random.sample(pool, count).map(({ question, answers: [answer = ""] }) => ({
          question: pythonStrip(question),
          answer: pythonStrip(answer),
        })),
        seed,
      }),
    );
    return { items, file: joinedFile(files) };
  },
  score(item, answer) {
    const answers = item.references.map(({ text }) => text);
    return { prediction: null, scores: { acc: vqaAccuracy(vqaAnswerOf(answer), answers) } };
  },
};

/** The paper's draw; of fewer questions than it draws, the same shares. */
function draw(
  rows: readonly VqaRow[],
  seed: number,
): { readonly pool: readonly VqaRow[]; readonly asked: readonly VqaRow[] } {
  const wanted = drawn.pool + drawn.asked;
  const n = Math.min(rows.length, wanted);
  const pool = Math.round((n * drawn.pool) / wanted);
  const order = Array.from(numpyRandom(seed).permutation(rows.length).subarray(0, n), (index) => rows[index]);
  const found = order.filter((row) => row !== undefined);
  return { pool: found.slice(0, pool), asked: found.slice(pool) };
}
