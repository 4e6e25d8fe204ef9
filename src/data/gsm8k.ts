/** GSM8K (Cobbe et al. 2021): grade-school problems whose solutions end in "#### <number>", one JSON object a line. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { fieldError, readJsonLines, textField } from "./records.ts";

/** One problem with its worked solution. */
export interface Gsm8kRow {
  readonly question: string;
  readonly answer: string;
}

/** The number after "####", without thousands commas; null where there is none. */
export function gsm8kNumber(solution: string): string | null {
  return /#### (-?[0-9.,]+)/.exec(solution)?.[1]?.replaceAll(",", "") ?? null;
}

/** Reads test.jsonl or train.jsonl. @throws DataFormatError naming file, row and field. */
export async function readGsm8k(
  location: DatasetLocation,
  part: "test" | "train",
): Promise<{ readonly rows: readonly Gsm8kRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, `${part}.jsonl`);
  const rows = (await readJsonLines(file.path)).map((record) => {
    const answer = textField(record, "answer");
    if (gsm8kNumber(answer) === null) {
      const found = JSON.stringify(answer.slice(-40));
      throw fieldError({
        field: "answer",
        where: record.where,
        expected: "a solution that ends in #### number",
        found,
      });
    }
    return { question: textField(record, "question"), answer };
  });
  return { rows, file };
}
