/** Logits of LLaVAs beside goldens. */

import assert from "node:assert/strict";

import { tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readTokenizer } from "../../src/data/tokenizer.ts";
import { emit } from "../../src/graph/emit.ts";
import { withAdapter } from "../../src/model/adapter.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { openEyes, type Sight, sightGraph } from "../../src/model/eyes.ts";
import { emptyPrefix, rowLogits } from "../../src/model/forward.ts";
import { imageRowIds } from "../../src/model/image-embedding.ts";
import { llamaGraph } from "../../src/model/llama.ts";
import { adaptedParts, readSight } from "../../src/model/llava.ts";
import { type LlavaConfig, readLlavaConfig } from "../../src/model/llava-config.ts";
import { pictureEncoder } from "../../src/model/llava-prompt.ts";
import { llavaTensors } from "../../src/model/llava-weights.ts";
import { noImageFeatures, withImageFeatures } from "../../src/model/sighted.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession } from "../../src/runtime/session.ts";
import { type LlavaGolden, picturesOf } from "./llava-golden.ts";

const signal = new AbortController().signal;
const resizing = "pillow-13"; // the goldens'

/** What is changed of what the folder says. */
export interface Change {
  readonly config?: Partial<LlavaConfig>;
  readonly sight?: (sight: Sight) => Sight;
}

/** Pictures, texts about them, and the logits that are to be found. */
export interface Prompts extends Pick<LlavaGolden, "step" | "pictures" | "prompts"> {
  readonly change?: Change | undefined;
  /** The folder of an adapter that is laid over. */
  readonly adapter?: string | undefined;
}

/** Largest difference of the logits of prompts, in `folder`. */
export async function worstDifference(folder: string, { change = {}, adapter, ...golden }: Prompts): Promise<number> {
  const config = { ...readLlavaConfig(await readConfig(folder)), ...change.config };
  const parts = await adaptedParts(llavaTensors(await readCheckpointTensors(folder)), adapter);
  const read = await readSight(folder, { config, parts, options: { resizing } });
  const sight = change.sight?.(read) ?? read;
  using eyes = openEyes(sight, await createSession(emit(sightGraph(sight))));
  const { tensors, lora } = await withAdapter({ config: config.language, tensors: parts.language }, adapter);
  const { weights } = mappedWeights(tensors, folder);
  using session = await createSession(emit(llamaGraph(config.language, weights, lora)));
  const { vocabularySize, hiddenSize } = config.language;
  const tokenizer = await readTokenizer(folder);
  const encode = pictureEncoder({ tokenizer, placeholder: config.placeholder, vocabularySize, folder });
  let worst = 0;
  for (const { text, images, length, logits } of golden.prompts) {
    const looked = await eyes.look(
      picturesOf(golden, images).map((image) => ({ image, name: "golden" })),
      signal,
    );
    const data = Float32Array.from(looked.flatMap((rows) => [...rows.data]));
    const features =
      looked.length === 0 ? noImageFeatures(hiddenSize) : tensor("f32", [data.length / hiddenSize, hiddenSize], data);
    const places = images.map((_, i) => imageRowIds(i * eyes.rowCount, eyes.rowCount));
    const ids = looked.length === 0 ? tokenizer.encode(text) : encode(text, places);
    assert.equal(ids.length, length);
    const rows = ids.map((_, position) => ({ sequence: 0, position, targets: [] }));
    const forward = { sequences: [ids], prefix: emptyPrefix(config.language), rows, signal };
    const found = await rowLogits(withImageFeatures(session, features), forward);
    logits.forEach((row, place) => {
      row.forEach((value, i) => {
        const at = place * vocabularySize + i * golden.step;
        worst = Math.max(worst, Math.abs(value - (found.data[at] ?? NaN)));
      });
    });
  }
  return worst;
}
