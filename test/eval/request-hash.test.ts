import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { bySet, type ChoiceItem, requestsOf } from "../../src/eval/benchmark.ts";
import { allBenchmarks, findBenchmarks } from "../../src/eval/benchmarks.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { pythonJson, requestHash, requestPairs } from "../../src/eval/request-hash.ts";
import { resultValue } from "../../src/result/table.ts";
import { mockModel } from "./mock-model.ts";
import { needRealFiles } from "./real-data.ts";
import { sampleFolder } from "./sample-folder.ts";

interface Golden {
  readonly tasks: Readonly<
    Record<string, { readonly sha256: string; readonly scores: Readonly<Record<string, number>> }>
  >;
}

const golden = JSON.parse(readFileSync(new URL("../golden/harness-requests.json", import.meta.url), "utf8")) as Golden;

const { sha256: shotHashes } = JSON.parse(
  readFileSync(new URL("../golden/harness-shots.json", import.meta.url), "utf8"),
) as { readonly sha256: Readonly<Record<string, string>> };

/** Our version where the harness's hash is of an older wording; null where we never held its data. */
const versions: Readonly<Record<string, string | null>> = {
  "ethics_utilitarianism-v0": "0-golden",
  "gsm8k-v0": "0-golden",
  "truthfulqa_mc-v0": null,
  "truthfulqa_gen-v0": null,
};

const folders = { ethics: "ethics", truthfulqa: "truthfulqa", gsm8k: "gsm8k", hendrycksTest: "mmlu" } as const;

const samples = ["mathqa", "boolq", "squad"];

describe("eval/request-hash", function () {
  this.timeout(60_000);
  const data = sampleFolder(samples);

  for (const [key, { sha256, scores }] of Object.entries(golden.tasks)) {
    const [, name = "", , plain = ""] = /^((\w+?)(?:[_-].*)?)-v(\d)$/.exec(key) ?? [];
    const version = key in versions ? versions[key] : plain;
    if (version === null || version === undefined) continue;

    it(`${name} ${version} asks and scores what the harness of 2023 does`, async function () {
      const family = Object.keys(folders).find((one) => name.startsWith(one)) as keyof typeof folders;
      const folder = needRealFiles(this, folders[family]);
      const [benchmark] = findBenchmarks(name, version);
      assert.ok(benchmark);
      const { items, file } = await benchmark.load({ folder, shots: 0 });
      assert.equal(file.provenance, "real");
      assert.equal(requestHash(items.flatMap(requestPairs)), sha256);
      const results = await evaluate([mockModel()], [benchmark], { dataFolder: folder, shots: 0 });
      for (const { name: metric } of benchmark.metrics) {
        assert.equal(resultValue(results, { model: "mock", benchmark: name, metric }), scores[metric], metric);
      }
    });
  }

  for (const [key, sha256] of Object.entries(shotHashes)) {
    const [name = "", version = "", shots = ""] = key.split(" ");
    it(`${name} ${version} puts the same ${shots} examples before each question as the harness of 2023`, async function () {
      const isOurs = samples.some((sample) => name.startsWith(sample)); // of files that we never held
      const folder = isOurs ? data.folder : needRealFiles(this, name === "gsm8k" ? "gsm8k" : "mmlu");
      const [benchmark] = findBenchmarks(name, version);
      const { items } = (await benchmark?.load({ folder, shots: Number(shots) })) ?? { items: [] };
      assert.equal(requestHash(items.flatMap(requestPairs)), sha256);
    });
  }

  it("every benchmark has a version of its own, and the paper's version stands first", () => {
    const keys = allBenchmarks.map(({ name, version }) => `${name} ${version}`);
    assert.equal(new Set(keys).size, keys.length);
    for (const name of ["truthfulqa_mc", "truthfulqa_gen"]) assert.equal(findBenchmarks(name)[0]?.version, "1");
    assert.equal(allBenchmarks.filter(({ name }) => name.startsWith("hendrycksTest-")).length, 114);
  });

  it("ethics_utilitarianism 0 differs from 0-golden in one word", async () => {
    const [paper] = findBenchmarks("ethics_utilitarianism");
    const [old] = findBenchmarks("ethics_utilitarianism", "0-golden");
    const context = async (benchmark = paper): Promise<string> => (await benchmark?.load({}))?.items[0]?.context ?? "";
    assert.equal(await context(), (await context(old)).replace("preferrable", "preferable"));
    assert.notEqual(await context(), await context(old));
  });

  it("pythonJson() writes what json.dumps writes", () => {
    // Python 3.11.7: json.dumps([{"a": ["é\x7f🙂\"\\\n\u2028", 1, None, True]}, []])
    const wanted = String.raw`[{"a": ["\u00e9\u007f\ud83d\ude42\"\\\n\u2028", 1, null, true]}, []]`;
    assert.equal(pythonJson([{ a: ['é\x7f🙂"\\\n\u2028', 1, null, true] }, []]), wanted);
  });

  it("bySet() cuts what requestsOf() joined", () => {
    const choice = (text: string): { text: string; isRight: boolean } => ({ text, isRight: false });
    const sets = [
      { name: "a", choices: [choice("1"), choice("2")] },
      { name: "b", choices: [choice("3")] },
    ];
    const item: ChoiceItem = { id: "0", question: "", context: "c", sets, group: null };
    assert.deepEqual(
      bySet(item, requestsOf(item)).map((row) => row.map((request) => request.continuation)),
      [["1", "2"], ["3"]],
    );
  });
});
