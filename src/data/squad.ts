/** SQuAD 2.0 (Rajpurkar, Jia and Liang 2018): questions on paragraphs, half of them without an answer, `dev-v2.0.json`. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { arrayField, type JsonValue, readJsonValue, stringField } from "./json-value.ts";

/** One question on its paragraph. */
export interface SquadRow {
  readonly id: string;
  readonly title: string;
  readonly context: string;
  readonly question: string;
  /** What annotators marked; none where the paragraph does not answer. */
  readonly answers: readonly string[];
}

/** Reads dev-v2.0.json. @throws DataFormatError naming file, place and field. */
export async function readSquad(
  location: DatasetLocation,
): Promise<{ readonly rows: readonly SquadRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, "dev-v2.0.json");
  const articles = arrayField(await readJsonValue(file.path), "data");
  const rows = articles.flatMap((article) => {
    const title = stringField(article, "title");
    return arrayField(article, "paragraphs").flatMap((paragraph) => {
      const context = stringField(paragraph, "context");
      return arrayField(paragraph, "qas").map((question) => toRow(question, { title, context }));
    });
  });
  return { rows, file };
}

function toRow(question: JsonValue, place: Pick<SquadRow, "title" | "context">): SquadRow {
  const answers = arrayField(question, "answers").map((answer) => stringField(answer, "text"));
  return { ...place, id: stringField(question, "id"), question: stringField(question, "question"), answers };
}
