import assert from "node:assert/strict";

import { chair, mentionedObjects, readChairSynonyms } from "../../src/metric/chair.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

interface Golden {
  readonly synonyms: string;
  readonly rows: readonly (readonly [string, string[], string[], string[], string[]])[];
  readonly chairI: number;
  readonly chairS: number;
}

const golden = scorerGolden("chair") as Golden;
const synonyms = readChairSynonyms(golden.synonyms);

describe("metric/chair", () => {
  it(`chair() equals the official program on ${golden.rows.length} captions`, () => {
    const captions = golden.rows.map(([caption, objects]) => ({ caption, objects: new Set(objects) }));
    const result = chair(captions, synonyms);
    for (const [i, [caption, , mentioned, hallucinated]] of golden.rows.entries()) {
      assert.deepEqual(result.captions[i], { mentioned, hallucinated }, caption);
    }
    assertNear(result.chairI, golden.chairI, "CHAIR-i");
    assertNear(result.chairS.value, golden.chairS, "CHAIR-s");
    assert.equal(result.chairS.n, golden.rows.length);
  });

  it("mentionedObjects() reads pairs of words, qualified animals and toilet seats", () => {
    assert.deepEqual(mentionedObjects("A baby bird on a wine glass; the seat of the toilet.", synonyms), [
      "bird",
      "wine glass",
      "toilet",
    ]);
  });

  it("chair() has no CHAIR-i where nothing is mentioned", () => {
    const result = chair([{ caption: "It is red.", objects: new Set() }], synonyms);
    assert.equal(result.chairI, null);
    assert.equal(result.chairS.value, 0);
  });
});
