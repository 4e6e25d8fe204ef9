import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import { DataFormatError } from "../../../src/base/errors.ts";
import { decodeImage, readImage } from "../../../src/data/image/decode.ts";

interface Golden {
  readonly header: { readonly implementation: string };
  readonly cases: readonly {
    readonly name: string;
    readonly mode: string;
    readonly size: [number, number];
    readonly first: readonly number[];
    readonly sha256: string;
    /** Base64. */
    readonly file: string;
  }[];
}

const golden = JSON.parse(readFileSync(new URL("../../golden/images.json", import.meta.url), "utf8")) as Golden;

function fileOf(name: string): Buffer {
  const found = golden.cases.find((one) => one.name === name);
  assert.ok(found !== undefined, name);
  return Buffer.from(found.file, "base64");
}

describe("data/image/decode", () => {
  for (const { name, mode, size, first, sha256, file } of golden.cases) {
    it(`decodeImage() gives the pixels of ${golden.header.implementation}: ${name} (mode ${mode})`, async () => {
      const { width, height, data } = await decodeImage(Buffer.from(file, "base64"));
      assert.deepEqual([width, height], size);
      assert.deepEqual([...data.subarray(0, first.length)], first);
      assert.equal(createHash("sha256").update(data).digest("hex"), sha256);
    });
  }

  it("decodeImage() says what a file that is no image begins with", async () => {
    await assert.rejects(decodeImage(Buffer.from("<svg xmlns='x'/>"), { name: "picture.svg" }), {
      name: "DataFormatError",
      message:
        'Cannot decode image at "picture.svg": expected a PNG, JPEG or WebP image, got 16 bytes that start with 3c 73 76 67 20 78 6d 6c',
    });
    await assert.rejects(decodeImage(new Uint8Array()), {
      name: "DataFormatError",
      message: 'Cannot decode image at "image": expected a PNG, JPEG or WebP image, got no bytes',
    });
  });

  for (const name of ["png rgb", "jpeg of many blocks", "jpeg 4:2:0 progressive", "webp"]) {
    it(`decodeImage() rejects a file that is cut off: ${name}`, async () => {
      const whole = fileOf(name);
      for (const part of [0.3, 0.6, 0.9]) {
        await assert.rejects(decodeImage(whole.subarray(0, Math.floor(whole.length * part)), { name: "cut" }), {
          name: "DataFormatError",
          message: /^Cannot decode image at "cut": expected a whole image, got ".+"$/,
        });
      }
    });
  }

  it("decodeImage() rejects a decompression bomb before it reads pixels", async () => {
    const bomb = fileOf("png rgb");
    bomb.writeUInt32BE(100_000, 16);
    bomb.writeUInt32BE(100_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await assert.rejects(decodeImage(bomb, { name: "bomb.png" }), {
      name: "RangeError",
      message: 'Cannot decode image at "bomb.png": expected at most 178956970 pixels, got 100000 x 100000',
    });
  });

  it("decodeImage() gives pixels or a clear error for any damage", async () => {
    const files = golden.cases.map(({ file }) => Buffer.from(file, "base64"));
    const damage = fc.array(fc.tuple(fc.nat(4000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), damage, async (file, changes) => {
        const bytes = Uint8Array.from(file);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        try {
          const { width, height, data } = await decodeImage(bytes, { name: "damaged" });
          assert.equal(data.length, width * height * 3);
        } catch (error) {
          assert.ok(error instanceof DataFormatError || error instanceof RangeError, String(error));
          assert.match(error.message, /^Cannot decode image at "damaged": expected /);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it("readImage() names the file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sightlab-image-"));
    try {
      const file = join(folder, "notes.png");
      writeFileSync(file, "no image");
      await assert.rejects(readImage(file), { name: "DataFormatError", message: new RegExp(`at "${file}"`, "u") });
      writeFileSync(file, fileOf("png grey"));
      assert.equal((await readImage(file)).width, 23);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
