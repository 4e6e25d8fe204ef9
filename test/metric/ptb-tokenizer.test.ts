import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { ptbTokens, tokenizeCaptions } from "../../src/metric/ptb-tokenizer.ts";
import { needRealFiles } from "../eval/real-data.ts";

interface HardCases {
  readonly table: readonly { readonly kind: string; readonly text: string; readonly output: string }[];
  readonly text: string;
  readonly output: string;
}

interface DataFiles {
  readonly files: readonly (readonly [string, number, string])[];
}

function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
}

/** The tokens as the Java program prints them. */
function printed(text: string): string {
  let output = "";
  let isFirst = true;
  for (const token of ptbTokens(text)) {
    output += token === "\n" || isFirst ? token : ` ${token}`;
    isFirst = token === "\n";
  }
  return output;
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

function csvFields(content: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of content.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(?:,|\r\n|\n|\r|$)/g)) {
    fields.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
  }
  if (/[\r\n]$/.test(content)) fields.pop();
  return fields;
}

function jsonValues(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return content.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as unknown]));
  }
}

/** Every string of a JSON file, every field of a CSV file, every line of another; line feeds become spaces. */
function texts(path: string, content: string): string[] {
  if (path.endsWith(".csv")) return csvFields(content).map((text) => text.replaceAll("\n", " "));
  if (/\.jsonl?$/.test(path)) return strings(jsonValues(content)).map((text) => text.replaceAll("\n", " "));
  return content.split("\n");
}

describe("metric/ptb-tokenizer", () => {
  const hard = readGolden("metric-ptb-hard-cases") as HardCases;

  for (const [index, { kind, text, output }] of hard.table.entries()) {
    it(`ptbTokens() equals the Java tokenizer on ${kind}, case ${index}`, () => {
      assert.equal(printed(text), output);
    });
  }

  it("ptbTokens() equals the Java tokenizer on 3,000 lines of fragments", () => {
    const lines = hard.text.split("\n");
    const wanted = hard.output.split("\n");
    const found = printed(hard.text).split("\n");
    assert.equal(found.length, wanted.length);
    for (const [i, line] of wanted.entries()) assert.equal(found[i], line, JSON.stringify(lines[i]));
  });

  it("ptbTokens() equals the Java tokenizer on every text of ../shared/data", function () {
    const dataFolder = needRealFiles(this, ".");
    this.timeout(60_000);
    for (const [path, count, sha256] of (readGolden("metric-ptb-data") as DataFiles).files) {
      const found = texts(path, readFileSync(`${dataFolder}/${path}`, "utf8"));
      assert.equal(found.length, count, `texts of ${path}`);
      assert.equal(
        createHash("sha256")
          .update(printed(found.join("\n")))
          .digest("hex"),
        sha256,
        path,
      );
    }
  });

  it("tokenizeCaptions() drops punctuation as coco-caption does", () => {
    assert.deepEqual(tokenizeCaptions(['A "big" dog -- it\'s (very) fast...', "", "What?! Yes."]), [
      "a big dog it 's -lrb- very -rrb- fast",
      "",
      "what ?! yes",
    ]);
  });

  it("tokenizeCaptions() keeps captions with line ends of any kind in step", () => {
    assert.deepEqual(tokenizeCaptions(["a\r\nb", "c\u2028d\n", "e"]), ["a b", "c d", "e"]);
  });

  it("tokenizeCaptions() reads an abbreviation by what the next caption begins with", () => {
    assert.deepEqual(tokenizeCaptions(["vitamin B.", "The dog"]), ["vitamin b", "the dog"]);
    assert.deepEqual(tokenizeCaptions(["vitamin B."]), ["vitamin b."]);
  });
});
