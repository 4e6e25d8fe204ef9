import assert from "node:assert/strict";

import { bySet, type ChoiceItem, requestsOf } from "../../src/eval/benchmark.ts";
import { findBenchmarks } from "../../src/eval/benchmarks.ts";
import { pythonJson, requestHash, requestPairs } from "../../src/eval/request-hash.ts";
import { needRealFiles } from "./real-data.ts";

/** lm-evaluation-harness@00209e10f tests/testdata/{task}-v{version}-loglikelihood: SHA-256 of the requests. */
const golden = [
  ["ethics_cm", "0", "92d136ebb2bd86cd036e61699ad9a1417dbb48651f0a3afa5045cf57cef5a3f6"],
  ["ethics_justice", "0", "d7dfc44fea507b5c5c3a8218f79ed8197da8599ebb396d85feb91c25512126b6"],
  ["ethics_utilitarianism", "0-golden", "88872f1ed1b203f9649a4ced4fb4627d18c17af455d713de6e17c05eced4ec60"],
  ["truthfulqa_mc", "1", "1e07020e9cf41d46ed65312eb39d2b8e6599673d4f0d6b67c0d0eba0efb493bb"],
] as const;

describe("eval/request-hash", () => {
  for (const [name, version, hash] of golden) {
    it(`requests of ${name} ${version} have the harness's hash`, async function () {
      const folder = needRealFiles(this, name.startsWith("ethics") ? "ethics" : "truthfulqa");
      const [benchmark] = findBenchmarks(name, version);
      assert.ok(benchmark);
      const { items, file } = await benchmark.load({ folder });
      assert.equal(file.provenance, "real");
      assert.equal(requestHash(items.flatMap(requestPairs)), hash);
    });
  }

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
