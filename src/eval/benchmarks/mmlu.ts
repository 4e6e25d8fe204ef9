/**
 * MMLU as the paper asks it: five solved questions, then two tokens of free text whose first letter counts.
 *
 * Source: UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmlu. Where a prompt is over 2048 tokens, it drops one solved
 * question after the other, the last first. Its score is the mean over all questions.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";

import { type DatasetFile, type DatasetLocation, locateDataset } from "../../data/dataset.ts";
import { mmluSubjects, type MmluRow, readMmlu } from "../../data/mmlu.ts";
import { pythonStrip } from "../../metric/python-text.ts";
import { checkedShots, type GenerationBenchmark, type GenerationItem } from "../benchmark.ts";
import { harnessOrder } from "../harness-order.ts";
import { joinedFile } from "./joined-file.ts";

const letters = ["A", "B", "C", "D"] as const;

/** The original's limit is 2048, and its tokenizer puts one token before the text. */
const mostTokens = 2047;

/** All subjects together; the order is shuffled, so that a limit takes some of each. */
export const mmlu: GenerationBenchmark = {
  kind: "generation",
  name: "mmlu",
  label: "MMLU",
  version: "0",
  split: "test",
  shots: 5,
  source: "UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmlu; paper: Table 3",
  metrics: [{ name: "acc", direction: "higher", groupSize: null }],
  async load({ folder, shots, seed }) {
    const count = checkedShots({ name: "mmlu", shots: 5 }, shots, 5);
    const location = locateDataset("mmlu", { folder });
    const parts = await Promise.all(subjectsOf(location).map((subject) => readSubject(location, subject, count)));
    return {
      items: harnessOrder(
        parts.flatMap((part) => part.items),
        seed,
      ),
      file: joinedFile(parts.map((part) => part.file)),
    };
  },
  score(item, answer) {
    const right = item.references[0]?.text ?? "";
    return { prediction: null, scores: { acc: pythonStrip(answer).startsWith(right) ? 1 : 0 } };
  },
};

/** Our sample has a few subjects only; elsewhere a missing one is an error. */
function subjectsOf(location: DatasetLocation): readonly string[] {
  if (!location.isSample) return mmluSubjects;
  return mmluSubjects.filter((subject) => existsSync(join(location.folder, "test", `${subject}_test.csv`)));
}

async function readSubject(
  location: DatasetLocation,
  subject: string,
  shots: number,
): Promise<{ readonly items: readonly GenerationItem[]; readonly file: DatasetFile }> {
  const { rows, file } = await readMmlu(location, { subject, part: "test" });
  const dev = shots === 0 ? [] : (await readMmlu(location, { subject, part: "dev" })).rows.slice(0, shots);
  // The original puts a space before every word of the subject and one more before the subject itself.
  const words = subject.split("_").map((word) => ` ${word}`);
  const head = `The following are multiple choice questions (with answers) about ${words.join("")}.\n\n`;
  const solved = dev.map((row) => `${ask(row)} ${letters[row.answer]}\n\n`);
  const toItem = (row: MmluRow, index: number): GenerationItem => ({
    id: `${subject}:${index}`,
    question: row.question,
    context: head + solved.join("") + ask(row),
    shorter: {
      mostTokens,
      contexts: solved.map((_, dropped) => head + solved.slice(0, -1 - dropped).join("") + ask(row)),
    },
    group: null,
    stop: [],
    maxNewTokens: 2,
    references: [{ text: letters[row.answer], isRight: true }],
  });
  return { items: rows.map(toItem), file };
}

function ask(row: MmluRow): string {
  return `${row.question}${row.choices.map((choice, index) => `\n${letters[index] ?? ""}. ${choice}`).join("")}\nAnswer:`;
}
