import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { numpyRandom } from "../../../src/base/numpy-random.ts";
import { corrupt, type Corruption, corruptionNames, type Severity } from "../../../src/data/corruptions/corruption.ts";
import { corruptPicture } from "../../../src/data/corruptions/corrupt-picture.ts";
import { decodeImage } from "../../../src/data/image/decode.ts";
import { rgbImage } from "../../../src/data/image/pixels.ts";

const read = (name: string): Buffer => readFileSync(new URL(`../../golden/${name}`, import.meta.url));
const golden = JSON.parse(read("corruptions.json").toString()) as {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly cases: readonly (readonly [Corruption, Severity])[];
};
const { width, height, seed } = golden;
const size = width * height * 3;
const all = read("corruptions.bin");
const picture = rgbImage(width, height, Uint8Array.from(all.subarray(0, size)));

describe("data/corruptions/corruption", () => {
  for (const [index, [corruption, severity]] of golden.cases.entries()) {
    it(`corrupt() by ${corruption} ${severity} equals imagecorruptions up to one level, with the same draws`, async () => {
      const wanted = all.subarray(size * (index + 1), size * (index + 2));
      const found = await corrupt(picture, { corruption, severity, random: numpyRandom(seed) });
      const worst = found.data.reduce((most, level, at) => Math.max(most, Math.abs(level - (wanted[at] ?? NaN))), 0);
      assert.ok(worst <= 1, `${worst} levels apart`);
      assert.ok(
        found.data.some((level, at) => level !== picture.data[at]),
        "nothing happened",
      );
    });
  }

  it("impulse noise turns as many numbers black and white as it should", async () => {
    const grey = rgbImage(200, 150, new Uint8Array(200 * 150 * 3).fill(100));
    for (const [severity, amount] of [
      [1, 0.03],
      [3, 0.09],
      [5, 0.27],
    ] as const) {
      const { data } = await corrupt(grey, { corruption: "impulse_noise", severity, random: numpyRandom(seed) });
      const share = (level: number): number => data.filter((one) => one === level).length / data.length;
      const error = Math.sqrt(((amount / 2) * (1 - amount / 2)) / data.length);
      for (const level of [0, 255]) assert.ok(Math.abs(share(level) - amount / 2) < 4 * error, `${severity}: ${level}`);
      assert.ok(Math.abs(share(100) - (1 - amount)) < 6 * error);
    }
  });

  it("noise has the mean and the deviation that ImageNet-C gives it", async () => {
    const grey = rgbImage(200, 150, new Uint8Array(200 * 150 * 3).fill(128));
    const spread = async (corruption: Corruption, severity: Severity): Promise<readonly [number, number]> => {
      const { data } = await corrupt(grey, { corruption, severity, random: numpyRandom(7) });
      const values = Array.from(data, (level) => (level + 0.5) / 255);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
    };
    const x = 128 / 255;
    for (const [corruption, severity, wanted] of [
      ["gaussian_noise", 1, 0.08],
      ["gaussian_noise", 2, 0.12],
      ["shot_noise", 1, Math.sqrt(x / 60)],
      ["speckle_noise", 1, 0.15 * x],
    ] as const) {
      const [mean, deviation] = await spread(corruption, severity);
      assert.ok(Math.abs(mean - x) < 0.003, `${corruption}: mean ${mean}`);
      assert.ok(Math.abs(deviation - wanted) < 0.003, `${corruption}: deviation ${deviation}, not ${wanted}`);
    }
  });

  it("corrupt() names what is not offered, a severity and a side that are out of range", async () => {
    const random = numpyRandom(0);
    for (const corruption of ["frost", "spatter", "rain" as Corruption] as const) {
      await assert.rejects(corrupt(picture, { corruption, severity: 1, random }), {
        name: "RangeError",
        message: new RegExp(`by "${corruption}": expected one of gaussian_noise, .*saturate$`),
      });
    }
    await assert.rejects(corrupt(picture, { corruption: "contrast", severity: 6 as Severity, random }), {
      message: /a severity of 1 to 5, got 6/,
    });
    const small = rgbImage(40, 31, new Uint8Array(40 * 31 * 3));
    await assert.rejects(corrupt(small, { corruption: "contrast", severity: 1, random }), {
      message: /sides of at least 32 pixels, got 40 x 31/,
    });
    assert.equal(corruptionNames.length, 19);
  });

  it("corruptPicture() is the same each time, and other for another picture, seed or severity", async () => {
    const { default: sharp } = await import("sharp");
    const bytes = await sharp(picture.data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const made = async (name: string, noise: number, severity: Severity): Promise<string> => {
      const options = { name, corruption: "gaussian_noise" as const, severity, seed: noise };
      return Buffer.from((await decodeImage(await corruptPicture(bytes, options))).data).toString("hex");
    };
    const first = await made("x/a.png", 1, 1);
    assert.equal(await made("y/a.png", 1, 1), first);
    const others = [await made("b.png", 1, 1), await made("a.png", 2, 1), await made("a.png", 1, 2)];
    assert.equal(new Set([first, ...others]).size, 4);
    await assert.rejects(
      corruptPicture(new Uint8Array(9), { name: "x.png", corruption: "contrast", severity: 1, seed: 0 }),
      {
        name: "DataFormatError",
        message: /"x.png"/,
      },
    );
  });
});
