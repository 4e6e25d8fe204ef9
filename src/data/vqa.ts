/**
 * VQA v2 (Goyal et al. 2017): questions on MSCOCO pictures, each answered by ten people. The official files: questions in
 * one, answers in the other, in the same order.
 */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { arrayField, type JsonValue, readJsonValue, stringField, wholeField } from "./json-value.ts";
import { fieldError } from "./records.ts";

/** One question with its answers. */
export interface VqaRow {
  readonly questionId: number;
  readonly imageId: number;
  readonly question: string;
  /** Ten as a rule; the first is the first annotator's. */
  readonly answers: readonly string[];
}

/** Reads the questions and answers of a part: "val2014" or "train2014". @throws DataFormatError naming file and field. */
export async function readVqa(
  location: DatasetLocation,
  part: "train2014" | "val2014",
): Promise<{ readonly rows: readonly VqaRow[]; readonly files: readonly DatasetFile[] }> {
  const questionFile = await datasetFile(location, `v2_OpenEnded_mscoco_${part}_questions.json`);
  const answerFile = await datasetFile(location, `v2_mscoco_${part}_annotations.json`);
  const questions = arrayField(await readJsonValue(questionFile.path), "questions");
  const annotations = arrayField(await readJsonValue(answerFile.path), "annotations");
  if (questions.length !== annotations.length) {
    const expected = `${questions.length} entries, one for each question`;
    throw fieldError({ field: "annotations", where: answerFile.path, expected, found: `${annotations.length}` });
  }
  const rows = questions.map((question, index) => toRow(question, annotations[index] ?? question));
  return { rows, files: [questionFile, answerFile] };
}

/** The name of an MSCOCO picture. */
export function cocoPictureName(part: "train2014" | "val2014", imageId: number): string {
  return `COCO_${part}_${String(imageId).padStart(12, "0")}.jpg`;
}

function toRow(question: JsonValue, annotation: JsonValue): VqaRow {
  const questionId = wholeField(question, "question_id");
  const annotated = wholeField(annotation, "question_id");
  if (questionId !== annotated) {
    const { where } = annotation;
    throw fieldError({ field: "question_id", where, expected: `${questionId}, the question's`, found: `${annotated}` });
  }
  const answers = arrayField(annotation, "answers").map((answer) =>
    stringField(answer, "answer", { mayBeEmpty: true }),
  );
  if (answers.length === 0) {
    throw fieldError({ field: "answers", where: annotation.where, expected: "at least one answer", found: "none" });
  }
  return {
    questionId,
    imageId: wholeField(question, "image_id"),
    question: stringField(question, "question"),
    answers,
  };
}
