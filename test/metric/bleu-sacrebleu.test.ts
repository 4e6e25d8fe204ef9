import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { sacrebleuPercent, type SacrebleuVersion } from "../../src/metric/bleu-sacrebleu.ts";

interface Golden {
  readonly pairs: readonly (readonly [string, string[], number])[];
  readonly corpora: readonly (readonly [number, number, number])[];
}

const tolerance = 1e-9;

function near(actual: number, wanted: number, what: string): void {
  assert.ok(Math.abs(actual - wanted) <= tolerance * Math.max(1, wanted), `${what}: ${actual}, wanted ${wanted}`);
}

describe("metric/bleu-sacrebleu", () => {
  for (const version of ["1.5.0", "2.6.0"] satisfies SacrebleuVersion[]) {
    const url = new URL(`../golden/metric-bleu-sacrebleu-${version}.json`, import.meta.url);
    const golden = JSON.parse(readFileSync(url, "utf8")) as Golden;
    const pairs = golden.pairs.map(([prediction, references]) => ({ prediction, references }));

    it(`sacrebleuPercent() equals sacrebleu ${version} on ${golden.pairs.length} single answers`, () => {
      for (const [prediction, references, wanted] of golden.pairs) {
        near(sacrebleuPercent([{ prediction, references }], { version }), wanted, JSON.stringify(prediction));
      }
    });

    it(`sacrebleuPercent() equals sacrebleu ${version} on corpora`, () => {
      for (const [start, end, wanted] of golden.corpora) {
        const width = Math.max(...pairs.slice(start, end).map(({ references }) => references.length));
        assert.ok(width > 1);
        near(sacrebleuPercent(pairs.slice(start, end), { version }), wanted, `${start} to ${end}`);
      }
    });
  }

  it("sacrebleuPercent() differs between the versions where nothing matches", () => {
    const pairs = [{ prediction: "one two three four", references: ["five six seven eight"] }];
    assert.ok(sacrebleuPercent(pairs, { version: "1.5.0" }) > 0);
    assert.equal(sacrebleuPercent(pairs, { version: "2.6.0" }), 0);
  });

  it("sacrebleuPercent() rejects an answer without a reference", () => {
    assert.throws(() => sacrebleuPercent([{ prediction: "a", references: [""] }]), {
      name: "RangeError",
      message: 'Cannot compute BLEU of "a": expected a reference that is not empty, got none',
    });
  });
});
