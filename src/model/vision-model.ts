/** A vision tower alone: pictures in, features out. */

import type { EncodedImage } from "../base/language-model.ts";
import { currentTask } from "../base/task.ts";
import type { Tensor } from "../base/tensor.ts";
import { readCheckpointTensors } from "../data/checkpoint-files.ts";
import type { ImageProcessor } from "../data/image/preprocess.ts";
import type { Resizing } from "../data/image/resize.ts";
import { graphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import { multiplySizes } from "../graph/dimension.ts";
import { readConfig } from "./config-fields.ts";
import { lookThrough, stacked } from "./eyes.ts";
import { type HubOptions, locateCheckpoint } from "./hub.ts";
import { type ModelDevice, openModelSession } from "./open-session.ts";
import { readVisionConfig, type VisionConfig } from "./vision-config.ts";
import { visionFeatures, type VisionTower } from "./vision-tower.ts";
import { readProcessor } from "./vision-processor.ts";
import { towerTensors } from "./vision-weights.ts";
import { mappedWeights } from "./weights.ts";

/** How a tower is found and opened, and what is taken from it. */
export interface VisionModelOptions extends ModelDevice, HubOptions {
  /** The hidden state that is given; 0 comes before the first block, -1 is the last block's. Default -2, as LLaVA's. */
  readonly layer?: number;
  /** Leave out the first token: CLIP's class token, or SigLIP's first patch. Default: true for CLIP, false for SigLIP. */
  readonly dropFirst?: boolean;
  /** Pad pictures to a square, as LLaVA-1.5 does. Default: as the processor's file says. */
  readonly pads?: boolean;
  /** Whose resizing is followed. Default "pillow-12". */
  readonly resizing?: Resizing;
}

/** A tower in memory. Dispose it to give its memory back. */
export interface VisionModel extends Disposable {
  readonly config: VisionConfig;
  readonly processor: ImageProcessor;
  /** The device it runs on: "cpu". */
  readonly device: string;
  /**
   * Features f32[images,tokens,hiddenSize] of encoded pictures, at least one; each is looked at once.
   *
   * @throws DataFormatError or RangeError naming the picture that is none; RangeError where there is none; CancelledError
   * where it was stopped.
   */
  readonly features: (images: readonly EncodedImage[], signal?: AbortSignal) => Promise<Tensor<"f32">>;
}

/**
 * Opens CLIP's or SigLIP's vision tower: a folder, alone or part of a whole CLIP, or a name on the hub. The weights stay in
 * their files and are mapped.
 *
 * @throws ModelFormatError naming the file and the field or tensor that is missing or wrong.
 * @throws RangeError where there is no such hidden state, or it cannot fit the free memory.
 * @throws DeviceError where the device is not there.
 */
export async function openVisionTower(path: string, options: VisionModelOptions = {}): Promise<VisionModel> {
  const folder = await locateCheckpoint(path, options);
  const config = readVisionConfig(await readConfig(folder));
  const { weights } = mappedWeights(towerTensors(await readCheckpointTensors(folder), folder), folder);
  const { layer = -2, dropFirst = config.kind === "clip", pads = null, resizing } = options;
  const tower = { config, weights, layer, dropFirst };
  const processor = await readProcessor(folder, { vision: config, pads, resizing });
  const { session } = await openModelSession(towerGraph(tower), folder, options);
  const eyes = lookThrough(session, { tower, processor, width: config.hiddenSize });
  return {
    config,
    processor,
    device: session.device,
    features: async (images, signal = currentTask().signal) => {
      if (images.length === 0) throw new RangeError("Cannot look at pictures: expected at least one, got none");
      const pictures = images.map((image, i) => ({ image, name: `picture ${i}` }));
      return stacked(await eyes.look(pictures, signal));
    },
    [Symbol.dispose]: () => {
      eyes[Symbol.dispose]();
    },
  };
}

/** `pixel_values` f32[I,3,size,size] to `image_features` f32[I*tokens,hiddenSize]. */
function towerGraph(tower: VisionTower): Graph {
  const graph = graphBuilder();
  const { imageSize } = tower.config;
  const features = visionFeatures(graph, graph.input("pixel_values", "f32", ["I", 3, imageSize, imageSize]), tower);
  const rows = multiplySizes(features.shape.slice(0, 2));
  return graph.build({ image_features: graph.reshape(features, [rows, tower.config.hiddenSize]) });
}
