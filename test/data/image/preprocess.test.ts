import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { clipProcessor, preprocess, siglipProcessor, type SquareRule } from "../../../src/data/image/preprocess.ts";
import { seededImage } from "./seeded-image.ts";

interface Golden {
  readonly header: { readonly implementation: string };
  readonly cases: readonly {
    readonly from: [number, number];
    readonly square: SquareRule;
    readonly size: number;
    readonly sha256: string;
    readonly first: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("../../golden/preprocess.json", import.meta.url), "utf8")) as Golden;

describe("data/image/preprocess", () => {
  for (const { from, square, size, sha256, first } of golden.cases) {
    it(`preprocess() gives the pixel values of ${golden.header.implementation}: ${square} ${size} of ${from.join("x")}`, () => {
      const processor = { ...(square === "stretch" ? siglipProcessor : clipProcessor), square, size };
      const { shape, data } = preprocess(seededImage(...from), processor);
      assert.deepEqual(shape, [3, size, size]);
      assert.deepEqual([...data.subarray(0, 4)], first);
      assert.equal(createHash("sha256").update(data).digest("hex"), sha256);
    });
  }
});
