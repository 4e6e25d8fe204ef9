/** MathQA (Amini et al. 2019): word problems with five choices, `test.json` and `train.json`, each one array of objects. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { fieldError, type JsonRecord, readJsonRecords, textField } from "./records.ts";

/** One problem with its choices, without their letters. */
export interface MathqaRow {
  readonly problem: string;
  readonly choices: readonly string[];
  /** Index of the right choice. */
  readonly answer: number;
}

/** "a ) 3 , b ) 4 , ... e ) 7": a choice ends at the first comma with a space after it, the last at the end. */
const choicePattern = /[abcd] \) [^\n]*?, |e \) [^\n]*?(?=\n?$)/g;

/** Reads test.json or train.json. @throws DataFormatError naming file, row and field. */
export async function readMathqa(
  location: DatasetLocation,
  part: "test" | "train",
): Promise<{ readonly rows: readonly MathqaRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, `${part}.json`);
  return { rows: (await readJsonRecords(file.path)).map(toRow), file };
}

function toRow(record: JsonRecord): MathqaRow {
  const choices = Array.from(textField(record, "options").matchAll(choicePattern), ([text]) =>
    text.slice(4).replace(/[ ,]+$/, ""),
  );
  const correct = textField(record, "correct");
  const answer = correct.length === 1 ? "abcde".indexOf(correct) : -1;
  if (answer === -1) {
    const found = JSON.stringify(correct);
    throw fieldError({ field: "correct", where: record.where, expected: "a to e", found });
  }
  if (answer >= choices.length) {
    const found = JSON.stringify(record.value.options);
    throw fieldError({ field: "options", where: record.where, expected: `a choice ${correct} )`, found });
  }
  return { problem: textField(record, "Problem"), choices, answer };
}
