import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { rgbImage } from "../../../src/data/image/pixels.ts";
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

  it("preprocess() rejects proportions that no memory holds", () => {
    const line = rgbImage(1, 900_000, new Uint8Array(2_700_000));
    assert.throws(() => preprocess(line, clipProcessor), {
      name: "RangeError",
      message: "Cannot resize an image: expected at most 178956970 pixels, got 224 x 201600000",
    });
    assert.throws(() => preprocess(line, { ...clipProcessor, square: "pad" }), {
      name: "RangeError",
      message: "Cannot pad an image to a square: expected at most 178956970 pixels, got 900000 x 900000",
    });
  });
});
