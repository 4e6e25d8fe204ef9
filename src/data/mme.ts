/**
 * MME (Fu et al. 2023): one folder a task, one text file a picture with two lines "question TAB Yes|No".
 *
 * Two layouts, both of the release: texts and pictures side by side, or in `questions_answers_YN/` and `images/`.
 * Pictures of perception tasks end in .jpg, those of cognition tasks in .png; the other ending is taken where only it is
 * there.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { DataFormatError } from "../base/errors.ts";
import { type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { fieldError } from "./records.ts";

/** One question; the two of a picture stand one after the other. */
export interface MmeRow {
  readonly task: string;
  /** The picture below the dataset's folder. */
  readonly image: string;
  readonly question: string;
  readonly label: "yes" | "no";
}

/** Reads one task, pictures in the order of their names. @throws DataFormatError naming file, line and field. */
export async function readMme(
  location: DatasetLocation,
  { task, ending }: { readonly task: string; readonly ending: ".jpg" | ".png" },
): Promise<{ readonly rows: readonly MmeRow[]; readonly file: DatasetFile }> {
  const folder = join(location.folder, task);
  if (!existsSync(folder)) {
    throw new RangeError(
      `Cannot find task "${task}" of dataset "${location.name}" at "${location.folder}": expected a folder, got nothing`,
    );
  }
  const isApart = existsSync(join(folder, "questions_answers_YN"));
  const texts = isApart ? join(folder, "questions_answers_YN") : folder;
  const pictures = isApart ? `${task}/images` : task;
  const names = (await readdir(texts)).filter((name) => name.endsWith(".txt")).sort();
  const hash = createHash("sha256");
  const rows: MmeRow[] = [];
  for (const name of names) {
    const text = await readFile(join(texts, name), "utf8");
    hash.update(`${name}\n${text}`);
    const stem = `${pictures}/${name.slice(0, -".txt".length)}`;
    const image = [ending, ending === ".jpg" ? ".png" : ".jpg"]
      .map((end) => stem + end)
      .find((path) => existsSync(join(location.folder, path)));
    rows.push(...questionsOf(text, { path: join(texts, name), task, image: image ?? stem + ending }));
  }
  return {
    rows,
    file: { path: texts, sha256: hash.digest("hex"), provenance: location.isSample ? "sample" : "other" },
  };
}

function questionsOf(
  text: string,
  { path, task, image }: { readonly path: string; readonly task: string; readonly image: string },
): readonly MmeRow[] {
  const lines = text.split("\n").flatMap((line, index) => {
    const where = `${path}:${index + 1}`;
    return line.trim() === "" ? [] : [{ where, fields: line.trim().split("\t") }];
  });
  if (lines.length !== 2) {
    throw new DataFormatError(`Cannot read "${path}": expected two lines, one a question, got ${lines.length}`);
  }
  return lines.map(({ where, fields: [question = "", answer, ...more] }) => {
    const label = answer?.toLowerCase();
    if (question === "" || (label !== "yes" && label !== "no") || more.length > 0) {
      const found = JSON.stringify(answer ?? "nothing");
      throw fieldError({ field: "answer", where, expected: "a question, a tab, and Yes or No", found });
    }
    return { task, image, question, label };
  });
}
