import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { mostLikely, sampler, samplingOdds } from "../../src/model/sampling.ts";

interface Case {
  readonly options: { readonly temperature?: number; readonly top_k?: number; readonly top_p?: number };
  readonly logits: readonly number[];
  readonly sortedOdds: readonly number[];
  readonly odds: readonly number[] | null;
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/sampling.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
}; // written by test/golden/make/sampling.py

/** The options that a case has, under our names. */
function optionsOf({ temperature, top_k: topK, top_p: topP }: Case["options"]): Parameters<typeof samplingOdds>[1] {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
  };
}

function assertNear(found: Iterable<number>, wanted: readonly number[]): void {
  [...found].forEach((p, id) => {
    assert.ok(Math.abs(p - (wanted[id] ?? NaN)) < 1e-6, `token ${id}: ${p}, transformers ${wanted[id]}`);
  });
}

describe("model/sampling", () => {
  it("samplingOdds() gives what transformers leaves of logits, alone and together, with and without ties", () => {
    assert.equal(cases.length, 22);
    for (const { options, logits, sortedOdds, odds } of cases) {
      const found = samplingOdds(Float32Array.from(logits), optionsOf(options));
      assertNear(found.toSorted().reverse(), sortedOdds);
      if (odds !== null) assertNear(found, odds);
    }
  });

  it("each option matters", () => {
    const odds = ["", '{"temperature":0.7}', '{"top_k":5}', '{"top_p":0.9}', '{"top_k":8,"top_p":0.6}'].map((text) => {
      const options = JSON.parse(text || "{}") as Case["options"]; // as above
      return samplingOdds(Float32Array.from(cases[0]?.logits ?? []), optionsOf(options)).join();
    });
    assert.equal(new Set(odds).size, odds.length);
  });

  it("sampler() draws as often as the odds say, and the same for the same seed", () => {
    const logits = Float32Array.of(0, 1, 2, -1, 0.5);
    const sampling = { temperature: 0.8, topK: 4, topP: 0.95, seed: 7 };
    const odds = samplingOdds(logits, sampling);
    const draw = sampler(sampling);
    const ids = Array.from({ length: 20_000 }, () => draw(logits));
    odds.forEach((p, id) => {
      const share = ids.filter((drawn) => drawn === id).length / ids.length;
      assert.ok(Math.abs(share - p) < 5 * Math.sqrt((p * (1 - p)) / ids.length) + 1e-12, `${id}: ${share} of ${p}`);
    });
    const again = sampler(sampling);
    assert.deepEqual(
      ids.slice(0, 50),
      Array.from({ length: 50 }, () => again(logits)),
    );
    const other = sampler({ ...sampling, seed: 8 });
    assert.notDeepEqual(
      ids.slice(0, 50),
      Array.from({ length: 50 }, () => other(logits)),
    );
  });

  it("sampler() never draws what is impossible", () => {
    const draw = sampler({ seed: 1 });
    for (let i = 0; i < 1000; i++) assert.equal(draw(Float32Array.of(-Infinity, 3, -Infinity)), 1);
  });

  it("mostLikely() gives the first of equals", () => {
    assert.equal(mostLikely(Float32Array.of(1, 3, 3, -2)), 1);
  });

  it("sampler() names the option that is out of range", () => {
    const rejects = (sampling: Parameters<typeof sampler>[0], message: string): void => {
      assert.throws(() => sampler(sampling), { name: "RangeError", message });
    };
    rejects({ seed: 0, temperature: 0 }, "Cannot sample with temperature: expected a number above 0, got 0");
    rejects({ seed: 0, temperature: NaN }, "Cannot sample with temperature: expected a number above 0, got NaN");
    rejects({ seed: 0, topK: 0 }, "Cannot sample with topK: expected an integer >= 1, got 0");
    rejects({ seed: 0, topP: 1.5 }, "Cannot sample with topP: expected a number in (0, 1], got 1.5");
    rejects({ seed: -1 }, "Cannot seed a generator: expected an integer in [0, 2^32), got -1");
  });
});
