/**
 * Image files as RGB pixels, equal to Pillow's `Image.open(...).convert("RGB")`, which LLaVA reads pictures with.
 *
 * So transparency is dropped, not blended; a colour profile and the rotation in EXIF are ignored; 16 bits keep their
 * high byte, but for a grey picture of 16 bits, which is clipped at 255; CMYK becomes RGB without a profile.
 * Source: Pillow@10.4 and 13.0: src/libImaging/Convert.c, src/PIL/{Png,Jpeg}ImagePlugin.py. Only decoding is sharp's.
 */

import { readFile } from "node:fs/promises";

import type { Metadata, Sharp } from "sharp";

import { DataFormatError } from "../../base/errors.ts";
import { checkArea, type RgbImage, rgbImage } from "./pixels.ts";

/** What the first bytes of a file say it is. */
const signatures: readonly (readonly [place: number, bytes: string])[] = [
  [0, "\x89PNG\r\n\x1a\n"],
  [0, "\xff\xd8\xff"],
  [8, "WEBP"],
];

/**
 * The pixels of an encoded PNG, JPEG or WebP image; of an animation, the first picture. `name` is what errors call it.
 *
 * @throws DataFormatError where the bytes are no such image, or are cut off or damaged.
 * @throws RangeError where it has more than 178,956,970 pixels.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { name = "image" }: { readonly name?: string } = {},
): Promise<RgbImage> {
  if (!signatures.some(([place, text]) => startsWith(bytes.subarray(place), text))) {
    throw problem(name, "a PNG, JPEG or WebP image", startOf(bytes));
  }
  const { default: sharp } = await import("sharp"); // texts alone need no decoder
  try {
    const picture = sharp(bytes, { failOn: "error", ignoreIcc: true, limitInputPixels: false });
    const metadata = await picture.metadata();
    checkArea(`Cannot decode image at "${name}"`, metadata);
    return await toRgb(picture, { ...metadata, isClipped: isGrey16(bytes, metadata) });
  } catch (error) {
    if (error instanceof RangeError || !(error instanceof Error)) throw error;
    const reason = error.message.trim().replaceAll(/\s+/gu, " ");
    throw new DataFormatError(`Cannot decode image at "${name}": expected a whole image, got "${reason}"`, {
      cause: error,
    });
  }
}

/**
 * The pixels of an image file.
 *
 * @throws DataFormatError or RangeError as `decodeImage`, naming the file; the error of the file system where it cannot
 * be read.
 */
export async function readImage(file: string): Promise<RgbImage> {
  return await decodeImage(await readFile(file), { name: file });
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
}

function startOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return "no bytes";
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${bytes.length} bytes that start with ${start}`;
}

function problem(name: string, expected: string, found: string): DataFormatError {
  return new DataFormatError(`Cannot decode image at "${name}": expected ${expected}, got ${found}`);
}

/** True of a PNG of 16 bits whose only channel is grey; a transparent level does not make it another. */
function isGrey16(bytes: Uint8Array, { format, depth }: Metadata): boolean {
  const colourType = bytes[25]; // of the header, which is a PNG's first chunk
  return format === "png" && depth === "ushort" && colourType === 0;
}

async function toRgb(
  picture: Sharp,
  { space, depth, isClipped }: Metadata & { readonly isClipped: boolean },
): Promise<RgbImage> {
  const isWide = depth === "ushort";
  const isCmyk = space === "cmyk";
  // Without these, sharp converts by profiles of its own.
  const kept = isCmyk ? picture.pipelineColourspace("cmyk").toColourspace("cmyk") : picture;
  const plain = isWide ? kept.toColourspace(space) : kept;
  const { data, info } = await plain.raw({ depth: isWide ? "ushort" : "uchar" }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const levels = isWide ? narrow(data, isClipped) : data;
  if (channels === 3) return rgbImage(width, height, levels);
  const size = { width, height };
  return isCmyk ? fromCmyk(levels, size) : withoutAlpha(levels, { ...size, channels });
}

/** 16 bits to 8: clipped at 255, or the high byte. */
function narrow(data: Buffer, isClipped: boolean): Uint8Array {
  const wide = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return Uint8Array.from(wide, isClipped ? (level) => Math.min(level, 255) : (level) => level >> 8);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Drops alpha, and repeats the level of a grey picture. */
function withoutAlpha(levels: Uint8Array, { width, height, channels }: Size & { readonly channels: number }): RgbImage {
  const isGrey = channels < 3;
  const out = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      out[pixel * 3 + channel] = levels[pixel * channels + (isGrey ? 0 : channel)] ?? 0;
    }
  }
  return rgbImage(width, height, out);
}

/** Ink taken from what black leaves of the light. */
function fromCmyk(levels: Uint8Array, { width, height }: Size): RgbImage {
  const out = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const light = 255 - (levels[pixel * 4 + 3] ?? 0);
    for (let channel = 0; channel < 3; channel += 1) {
      out[pixel * 3 + channel] = Math.max(0, light - scaled(levels[pixel * 4 + channel] ?? 0, light));
    }
  }
  return rgbImage(width, height, out);
}

/** a b / 255, rounded as Pillow's MULDIV255. */
function scaled(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
