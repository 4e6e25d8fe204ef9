import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { readCaptions } from "../../src/data/captions.ts";
import { readCocoPictures } from "../../src/data/coco-objects.ts";
import { type DatasetLocation } from "../../src/data/dataset.ts";
import { readDocvqa } from "../../src/data/docvqa.ts";
import { noisePicture } from "../../src/data/image/noise-picture.ts";
import { readMme } from "../../src/data/mme.ts";
import { readPope } from "../../src/data/pope.ts";
import { readTextvqa } from "../../src/data/textvqa.ts";
import { readOodcvVqa, readSketchyVqa } from "../../src/data/unicorn.ts";
import { cocoPictureName, readVqa } from "../../src/data/vqa.ts";
import { needRealFiles, sampleLocation } from "../eval/real-data.ts";

type Read = (location: DatasetLocation) => Promise<unknown>;

/** Files that are wrong in one place, and what is said of it. */
interface Wrong {
  readonly read: Read;
  readonly files: Readonly<Record<string, unknown>>;
  readonly message: RegExp;
}

const questions = "v2_OpenEnded_mscoco_val2014_questions.json";
const annotations = "v2_mscoco_val2014_annotations.json";
const asked = { questions: [{ image_id: 1, question: "q", question_id: 10 }] };
const vqa: Read = (at) => readVqa(at, "val2014");
const captions: Read = (at) => readCaptions(at, "mscoco_test.json");
const pope: Read = (at) => readPope(at, "random");
const mme: Read = (at) => readMme(at, { task: "count", ending: ".jpg" });

const wrong: readonly Wrong[] = [
  {
    read: captions,
    files: {
      "mscoco_test.json": [
        { image_name: "a.jpg", captions: ["x"] },
        { image_name: "b.jpg", captions: [] },
      ],
    },
    message: /"captions" at ".*mscoco_test.json\[1\]": expected at least 1 texts, got 0/,
  },
  {
    read: captions,
    files: { "mscoco_test.json": [{ image_name: "../../a.jpg", captions: ["x"] }] },
    message: /name at ".*mscoco_test.json\[0\]": expected a path below the pictures' folder, got "..\/..\/a.jpg"/,
  },
  {
    read: captions,
    files: { "mscoco_test.json": [{ image_name: "a.jpg", captions: ["x", 1] }] },
    message: /"captions" at ".*captions\[1\]": expected text, got a number/,
  },
  {
    read: vqa,
    files: { [questions]: asked, [annotations]: { annotations: [{ question_id: 11, answers: [{ answer: "a" }] }] } },
    message: /"question_id" at ".*annotations.json: annotations\[0\]": expected 10, the question's, got 11/,
  },
  {
    read: vqa,
    files: { [questions]: asked, [annotations]: { annotations: [] } },
    message: /"annotations" at ".*annotations.json": expected 1 entries, one for each question, got 0/,
  },
  {
    read: vqa,
    files: { [questions]: asked, [annotations]: { annotations: [{ question_id: 10, answers: [] }] } },
    message: /"answers" at ".*annotations\[0\]": expected at least one answer, got none/,
  },
  {
    read: vqa,
    files: {
      [questions]: { questions: [{ image_id: "1", question: "q", question_id: 10 }] },
      [annotations]: { annotations: [{ question_id: 10, answers: [{ answer: "" }] }] },
    },
    message: /"image_id" at ".*questions.json: questions\[0\]": expected a whole number, got a string/,
  },
  {
    read: pope,
    files: {
      "coco_pope_random.json":
        '{"question_id":1,"image":"a.jpg","text":"Is it?","label":"yes"}\n{"question_id":2,"image":"a.jpg","text":"Is it?","label":"Yes"}',
    },
    message: /"label" at ".*coco_pope_random.json:2": expected yes or no, got "Yes"/,
  },
  {
    read: pope,
    files: { "coco_pope_random.json": '{"question_id":1,"image":"/etc/a.jpg","text":"Is it?","label":"yes"}' },
    message: /name at ".*coco_pope_random.json:1"/,
  },
  {
    read: mme,
    files: { "count/1.txt": "One?\tYes\nTwo?\tperhaps\n" },
    message: /"answer" at ".*count\/1.txt:2": expected a question, a tab, and Yes or No, got "perhaps"/,
  },
  {
    read: mme,
    files: { "count/1.txt": "One?\tYes\n" },
    message: /".*count\/1.txt": expected two lines, one a question, got 1/,
  },
  {
    read: readOodcvVqa,
    files: { "oodcv-vqa.json": [{ image: "a.jpg", question: "q", text_answer: "Maybe", situation: "pose" }] },
    message: /"text_answer" at ".*oodcv-vqa.json\[0\]": expected Yes, No or 0 to 10, got "Maybe"/,
  },
  {
    read: readSketchyVqa,
    files: { "sketchy-vqa.json": [{ image: "a.png", question: "q", answer: "1" }] },
    message: /"answer" at ".*sketchy-vqa.json\[0\]": expected Yes or No, got "1"/,
  },
  {
    read: readTextvqa,
    files: {
      "TextVQA_0.5.1_val.json": { data: [{ question_id: 1, question: "q", image_id: "x", answers: ["a", "b"] }] },
    },
    message: /"answers" at ".*TextVQA_0.5.1_val.json: data\[0\]": expected at least 10 texts, got 2/,
  },
  {
    read: readDocvqa,
    files: { "val_v1.0_withQT.json": { data: [{ questionId: 1, question: "", image: "x.png", answers: ["a"] }] } },
    message: /"question" at ".*val_v1.0_withQT.json: data\[0\]": expected text, got ""/,
  },
  {
    read: readCocoPictures,
    files: {
      "annotations/instances_val2014.json": {
        images: [],
        categories: [{ id: 1, name: "dog" }],
        annotations: [{ image_id: 1, category_id: 2 }],
      },
      "annotations/captions_val2014.json": { annotations: [] },
    },
    message: /"category_id" at ".*instances_val2014.json: annotations\[0\]": expected a category, got 2/,
  },
];

describe("data/image-sets", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-image-sets-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const { read, files, message } of wrong) {
    it(`a reader says ${message.source}`, async () => {
      for (const [name, value] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
      }
      await assert.rejects(read({ name: "mscoco", folder, isSample: true }), { name: "DataFormatError", message });
    });
  }

  it("readMme() reads both layouts of the release, and takes the ending that is there", async () => {
    for (const [task, ending] of [
      ["existence", ".jpg"],
      ["count", ".jpg"],
      ["commonsense_reasoning", ".png"],
    ] as const) {
      const { rows } = await readMme(sampleLocation("mme"), { task, ending });
      assert.equal(rows.length, 2);
      const folderOf = task === "count" ? "count/images" : task;
      assert.equal(rows[0]?.image, `${folderOf}/0001${ending}`);
      assert.deepEqual(
        rows.map(({ label }) => label),
        ["yes", "no"],
      );
      const other = await readMme(sampleLocation("mme"), { task, ending: ending === ".jpg" ? ".png" : ".jpg" });
      assert.equal(other.rows[0]?.image, rows[0].image);
    }
    await assert.rejects(readMme(sampleLocation("mme"), { task: "landmark", ending: ".jpg" }), {
      name: "RangeError",
      message: /Cannot find task "landmark" of dataset "mme"/,
    });
  });

  it("readPope() reads the published files: 3000 questions a split, half of them yes", async function () {
    const location = { name: "pope", folder: join(needRealFiles(this, "pope"), "pope"), isSample: false };
    for (const split of ["random", "popular", "adversarial"] as const) {
      const { rows, file } = await readPope(location, split);
      assert.equal(rows.length, 3000);
      assert.equal(rows.filter(({ label }) => label === "yes").length, 1500);
      assert.equal(new Set(rows.map(({ image }) => image)).size, 500);
      assert.equal(file.provenance, "real");
    }
  });

  it("readCocoPictures() joins segments and captions by picture", async () => {
    const { rows } = await readCocoPictures(sampleLocation("chair"));
    assert.equal(rows.length, 8);
    const [first] = rows;
    assert.ok(first !== undefined);
    assert.deepEqual([first.imageId, [...first.categories].sort()], [12, ["apple", "banana"]]);
    assert.equal(first.captions.length, 5);
    assert.equal(first.image, cocoPictureName("val2014", 12));
  });

  it("noisePicture() is the same for the same seed, and other for another", async () => {
    const made = async (seed: number): Promise<string> =>
      Buffer.from(await noisePicture({ width: 40, height: 30, seed })).toString("base64");
    assert.equal(await made(1), await made(1));
    assert.notEqual(await made(1), await made(2));
  });
});
