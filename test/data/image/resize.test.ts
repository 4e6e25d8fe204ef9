import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { rgbImage } from "../../../src/data/image/pixels.ts";
import { resize, type ResizeFilter } from "../../../src/data/image/resize.ts";
import { seededImage } from "./seeded-image.ts";

interface Golden {
  readonly header: { readonly implementation: string };
  readonly cases: readonly {
    readonly from: [number, number];
    readonly to: [number, number];
    readonly filter: ResizeFilter;
    readonly sha256: string;
    readonly first: readonly number[];
  }[];
}

const goldens = (
  [
    ["resize.json", "pillow-12"],
    ["resize-13.json", "pillow-13"],
  ] as const
).map(([name, resizing]) => ({
  ...(JSON.parse(readFileSync(new URL(`../../golden/${name}`, import.meta.url), "utf8")) as Golden),
  resizing,
}));

describe("data/image/resize", () => {
  for (const { header, cases, resizing } of goldens) {
    for (const { from, to, filter, sha256, first } of cases) {
      it(`resize() gives ${header.implementation}'s pixels for ${from.join("x")} to ${to.join("x")}, ${filter}`, () => {
        const resized = resize(seededImage(...from), { width: to[0], height: to[1], filter, resizing });
        assert.deepEqual([...resized.data.subarray(0, 12)], first);
        assert.equal(createHash("sha256").update(resized.data).digest("hex"), sha256);
      });
    }
  }

  it("resize() orders its passes as Pillow 13 where the height shrinks by more than twice what the width does", () => {
    const image = seededImage(64, 64);
    const differs = (width: number, height: number): boolean =>
      !Buffer.from(resize(image, { width, height }).data).equals(
        resize(image, { width, height, resizing: "pillow-13" }).data,
      );
    assert.deepEqual([differs(40, 15), differs(40, 16)], [true, false]);
  });

  it("resize() rejects a side that is not a positive whole number", () => {
    assert.throws(() => resize(seededImage(2, 2), { width: 0, height: 3 }), {
      name: "RangeError",
      message: "Cannot resize an image: expected positive whole sides, got 0 x 3",
    });
    assert.throws(() => rgbImage(2, 2, new Uint8Array(11)), /expected 2 x 2 x 3 bytes .* got 11 bytes/);
  });
});
