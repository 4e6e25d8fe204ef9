/**
 * MMLU (Hendrycks et al. 2021): one CSV a subject and part, `test/<subject>_test.csv` and `dev/<subject>_dev.csv`.
 *
 * Two forms are read: the original (no header, the answer a letter) and the later one (a header, the answer 0 to 3).
 */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { type CsvRecord, fieldError, readCsvRecords } from "./records.ts";

/** One question with four choices. */
export interface MmluRow {
  readonly question: string;
  readonly choices: readonly [string, string, string, string];
  /** Index of the right choice. */
  readonly answer: 0 | 1 | 2 | 3;
}

const columns = ["question", "choice0", "choice1", "choice2", "choice3", "answer"] as const;

/** Reads one part of one subject. @throws DataFormatError naming file, row and field. */
export async function readMmlu(
  location: DatasetLocation,
  { subject, part }: { readonly subject: string; readonly part: "test" | "dev" },
): Promise<{ readonly rows: readonly MmluRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, `${part}/${subject}_${part}.csv`);
  const records = await readCsvRecords(file.path, { columns, header: false });
  const hasHeader = columns.every((name) => records[0]?.fields[name] === name);
  return { rows: (hasHeader ? records.slice(1) : records).map(toRow), file };
}

function toRow(record: CsvRecord): MmluRow {
  const [question, a, b, c, d] = columns.map((name) => record.fields[name] ?? "");
  return {
    question: question ?? "",
    choices: [a ?? "", b ?? "", c ?? "", d ?? ""],
    answer: answerOf(record),
  };
}

function answerOf(record: CsvRecord): MmluRow["answer"] {
  const found = record.fields.answer ?? "";
  const index = ["0A", "1B", "2C", "3D"].findIndex((words) => found.length === 1 && words.includes(found));
  if (index === 0 || index === 1 || index === 2 || index === 3) return index;
  const expected = "A to D or 0 to 3";
  throw fieldError({ field: "answer", where: record.where, expected, found: JSON.stringify(found) });
}

/** The 57 subjects, in alphabetical order. */
export const mmluSubjects: readonly string[] = [
  "abstract_algebra",
  "anatomy",
  "astronomy",
  "business_ethics",
  "clinical_knowledge",
  "college_biology",
  "college_chemistry",
  "college_computer_science",
  "college_mathematics",
  "college_medicine",
  "college_physics",
  "computer_security",
  "conceptual_physics",
  "econometrics",
  "electrical_engineering",
  "elementary_mathematics",
  "formal_logic",
  "global_facts",
  "high_school_biology",
  "high_school_chemistry",
  "high_school_computer_science",
  "high_school_european_history",
  "high_school_geography",
  "high_school_government_and_politics",
  "high_school_macroeconomics",
  "high_school_mathematics",
  "high_school_microeconomics",
  "high_school_physics",
  "high_school_psychology",
  "high_school_statistics",
  "high_school_us_history",
  "high_school_world_history",
  "human_aging",
  "human_sexuality",
  "international_law",
  "jurisprudence",
  "logical_fallacies",
  "machine_learning",
  "management",
  "marketing",
  "medical_genetics",
  "miscellaneous",
  "moral_disputes",
  "moral_scenarios",
  "nutrition",
  "philosophy",
  "prehistory",
  "professional_accounting",
  "professional_law",
  "professional_medicine",
  "professional_psychology",
  "public_relations",
  "security_studies",
  "sociology",
  "us_foreign_policy",
  "virology",
  "world_religions",
];
