/** How pictures are prepared for a tower: its preprocessor_config.json, or the image processor in processor_config.json. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ModelFormatError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import type { Resizing } from "../data/image/resize.ts";
import { clipProcessor, type ImageProcessor, siglipProcessor } from "../data/image/preprocess.ts";
import { configFields, type ConfigFields, parseFields } from "./config-fields.ts";
import type { VisionConfig } from "./vision-config.ts";

/** What the processor is for. */
export interface ProcessorOptions {
  readonly vision: VisionConfig;
  /** Pad to a square first, or not; null leaves it to the file. */
  readonly pads: boolean | null;
  /** Default "pillow-12". */
  readonly resizing?: Resizing | undefined;
}

/**
 * The processor of a folder; without a file, that of the original CLIP or SigLIP at the tower's image size.
 *
 * @throws ModelFormatError naming file and field, where it is not one of the pipelines offered (crop, padded square, both
 * edges resized; bicubic) or makes images of another size than the tower's.
 */
export async function readProcessor(
  folder: string,
  { vision, pads, resizing = "pillow-12" }: ProcessorOptions,
): Promise<ImageProcessor> {
  const fields = await processorFields(folder);
  const own = fields === null ? defaultOf(vision) : readFields(fields);
  const processor: ImageProcessor = { ...own, ...(pads === true && { square: "pad" }), resizing };
  if (processor.size === vision.imageSize) return processor;
  throw new ModelFormatError(
    `Cannot read an image processor at "${fields?.file ?? folder}": expected images of ${vision.imageSize} pixels as config.json says, got ${processor.size}`,
  );
}

function defaultOf({ kind, imageSize }: VisionConfig): ImageProcessor {
  return { ...(kind === "clip" ? clipProcessor : siglipProcessor), size: imageSize };
}

async function processorFields(folder: string): Promise<ConfigFields | null> {
  for (const name of ["preprocessor_config.json", "processor_config.json"]) {
    const file = join(folder, name);
    const text = await unlessMissing(readFile(file, "utf8"));
    if (text === null) continue;
    const fields = configFields(parseFields(text, file), file);
    if (name === "preprocessor_config.json") return fields;
    const inner = fields.inner("image_processor");
    if (inner !== null) return inner;
  }
  return null;
}

function readFields(fields: ConfigFields): ImageProcessor {
  if (fields.integer("resample", 3) !== 3) throw fields.error("resample", "3 (bicubic)");
  const factor = fields.positive("rescale_factor", 1 / 255);
  if (Math.abs(factor * 255 - 1) > 1e-9) throw fields.error("rescale_factor", "1/255");
  for (const step of ["do_resize", "do_rescale", "do_normalize"]) {
    if (!fields.flag(step, true)) throw fields.error(step, "true");
  }
  const edges = readEdges(fields, "size");
  const square = readSquare(fields, edges);
  return { square, size: edges.size, mean: readThree(fields, "image_mean"), std: readThree(fields, "image_std") };
}

interface Edges {
  readonly size: number;
  /** True where the shorter edge gets the size, and the longer one keeps its proportion. */
  readonly isShortest: boolean;
}

function readSquare(fields: ConfigFields, { size, isShortest }: Edges): ImageProcessor["square"] {
  if (fields.flag("do_pad", false)) return "pad";
  if (!isShortest) return "stretch";
  if (!fields.flag("do_center_crop", true)) throw fields.error("do_center_crop", "true, as one edge is resized");
  if (fields.has("crop_size") && readEdges(fields, "crop_size").size !== size) {
    throw fields.error("crop_size", `the size of the shorter edge (${size})`);
  }
  return "crop";
}

/** A number, `{"shortest_edge": n}` or `{"height": n, "width": n}`; old files have a number for CLIP's shorter edge. */
function readEdges(fields: ConfigFields, name: string): Edges {
  if (fields.isNumber(name)) return { size: fields.count(name), isShortest: true };
  const inner = fields.inner(name);
  if (inner === null) throw fields.error(name, "a number or an object");
  if (inner.has("shortest_edge")) return { size: inner.count("shortest_edge"), isShortest: true };
  const [height, width] = [inner.count("height"), inner.count("width")];
  if (height !== width) throw fields.error(name, "a square");
  return { size: height, isShortest: false };
}

function readThree(fields: ConfigFields, name: string): readonly [number, number, number] {
  const [r, g, b, ...more] = fields.list(name);
  if (typeof r !== "number" || typeof g !== "number" || typeof b !== "number" || more.length > 0) {
    throw fields.error(name, "three numbers");
  }
  return [r, g, b];
}
