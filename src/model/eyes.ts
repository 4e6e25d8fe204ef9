/** The eyes of a LLaVA: pictures in, rows for the decoder out; each picture is looked at once. */

import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

import type { EncodedImage } from "../base/language-model.ts";
import { throwIfStopped } from "../base/task.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { decodeImage } from "../data/image/decode.ts";
import { type ImageProcessor, preprocess } from "../data/image/preprocess.ts";
import { type GraphBuilder, graphBuilder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import type { Session } from "../runtime/session.ts";
import { project, type ProjectorConfig } from "./projector.ts";
import { patchesAlong } from "./vision-config.ts";
import { featureCount, visionFeatures, type VisionTower } from "./vision-tower.ts";
import type { Weights } from "./weights.ts";

/** A tower and a projector, and how pictures are prepared for them. */
export interface Sight {
  readonly tower: VisionTower;
  readonly projector: { readonly config: ProjectorConfig; readonly weights: Weights };
  readonly processor: ImageProcessor;
}

/** A picture, and what errors call it. */
export interface NamedPicture {
  readonly image: EncodedImage;
  readonly name: string;
}

/** Looks at pictures. */
export interface Eyes extends Disposable {
  /** Rows that a picture takes. */
  readonly rowCount: number;
  /**
   * The rows of each picture, f32[rowCount,hiddenSize], in the order of the pictures.
   *
   * @throws DataFormatError or RangeError naming the picture that is none; CancelledError where it was stopped.
   */
  readonly look: (pictures: readonly NamedPicture[], signal: AbortSignal) => Promise<readonly Tensor<"f32">[]>;
}

/** The graph of tower and projector: `pixel_values` f32[I,3,size,size] to `image_features` f32[I*rowCount,hiddenSize]. */
export function sightGraph(sight: Sight): Graph {
  const graph = graphBuilder();
  return graph.build({ image_features: imageFeatures(graph, sight, sightWeights(sight)) });
}

/**
 * Rows f32[I*rowCount,hiddenSize] as part of a larger graph, that of a training step for one, with the input
 * `pixel_values` f32[I,3,size,size], I at least 1; its tensors are those that `weights` gives.
 */
export function imageFeatures(
  graph: GraphBuilder,
  { tower, projector }: Pick<Sight, "tower" | "projector">,
  weights: Weights,
): Value {
  const { imageSize } = tower.config;
  const pixels = graph.input("pixel_values", "f32", ["I", 3, imageSize, imageSize]);
  return project(graph, visionFeatures(graph, pixels, { ...tower, weights }), { ...projector, weights });
}

/** The tensors of tower and projector by their names, all others by `others`. */
export function sightWeights({ tower, projector }: Pick<Sight, "tower" | "projector">, others?: Weights): Weights {
  return (graph, name, shape) => {
    if (name.startsWith("vision_tower.")) return tower.weights(graph, name, shape);
    return (name.startsWith("multi_modal_projector.") ? projector.weights : (others ?? projector.weights))(
      graph,
      name,
      shape,
    );
  };
}

/** Most bytes of rows that are remembered. */
const memoryBytes = 2 ** 28;
/** Most bytes of a pass's attention. */
const passBytes = 2 ** 26;

/** Eyes over a session of `sightGraph`; the session is theirs to dispose. */
export function openEyes({ tower, projector, processor }: Sight, session: Session): Eyes {
  return lookThrough(session, { tower, processor, width: projector.config.outputSize });
}

/** What is looked through. */
export interface Lens {
  readonly tower: VisionTower;
  readonly processor: ImageProcessor;
  /** Width of a row. */
  readonly width: number;
}

/** Eyes over a session that makes rows `image_features` of `pixel_values`; the session is theirs to dispose. */
export function lookThrough(session: Session, { tower, processor, width }: Lens): Eyes {
  const rowCount = featureCount(tower);
  const known = recentlyUsed<Tensor<"f32">>(Math.max(1, Math.floor(memoryBytes / (4 * rowCount * width))));
  const perPass = Math.max(1, Math.floor(passBytes / (4 * tower.config.headCount * patchesAlong(tower.config) ** 4)));
  const lookAnew = async (
    pictures: readonly NamedPicture[],
    signal: AbortSignal,
  ): Promise<readonly Tensor<"f32">[]> => {
    const pixels: Tensor<"f32">[] = [];
    for (const { image, name } of pictures) {
      pixels.push(preprocess(await decodeImage(image, { name }), processor));
      await setImmediate(); // timers and the kernel's messages come through
      throwIfStopped(signal, "looking at pictures");
    }
    const { image_features: found } = await session.run({ pixel_values: stacked(pixels) }, { signal });
    if (found?.dtype !== "f32") throw new TypeError("Cannot look at pictures: expected f32 features");
    return split(found as Tensor<"f32">, pictures.length); // the check above
  };
  return {
    rowCount,
    look: async (pictures, signal) => {
      const keys = pictures.map(({ image }) => createHash("sha256").update(image).digest("hex"));
      const seen = new Map<string, Tensor<"f32">>();
      const fresh = new Map<string, NamedPicture>();
      pictures.forEach((picture, i) => {
        const key = keys[i] ?? "";
        const rows = known.get(key);
        if (rows === undefined) fresh.set(key, picture);
        else seen.set(key, rows);
      });
      const left = [...fresh];
      for (let start = 0; start < left.length; start += perPass) {
        const pass = left.slice(start, start + perPass);
        const rows = await lookAnew(
          pass.map(([, picture]) => picture),
          signal,
        );
        pass.forEach(([key], i) => {
          const one = rows[i];
          if (one === undefined) return;
          seen.set(key, one);
          known.set(key, one);
        });
      }
      return keys.map((key) => seen.get(key)).filter((rows) => rows !== undefined); // every key has its rows by now
    },
    [Symbol.dispose]: () => {
      session.dispose();
    },
  };
}

/** Tensors of one shape as one, with an axis for their number before the others. */
export function stacked(images: readonly Tensor<"f32">[]): Tensor<"f32"> {
  const [first] = images;
  const size = first?.data.length ?? 0;
  const data = new Float32Array(images.length * size);
  images.forEach((image, i) => data.set(image.data, i * size));
  return tensor("f32", [images.length, ...(first?.shape ?? [])], data);
}

/** [I*N,D] as I times [N,D]. */
function split({ shape, data }: Tensor<"f32">, count: number): readonly Tensor<"f32">[] {
  const [rows = 0, width = 0] = shape;
  const each = rows / count;
  return Array.from({ length: count }, (_, i) =>
    tensor("f32", [each, width], data.slice(i * each * width, (i + 1) * each * width)),
  );
}

interface Memory<T> {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T) => void;
}

/** Remembers the values that were used last. */
function recentlyUsed<T>(most: number): Memory<T> {
  const values = new Map<string, T>();
  const set = (key: string, value: T): void => {
    values.delete(key);
    values.set(key, value);
    const [oldest] = values.keys();
    if (values.size > most && oldest !== undefined) values.delete(oldest);
  };
  return {
    set,
    get: (key) => {
      const value = values.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
  };
}
