/** Scoring and generation of requests that have pictures, over the functions of a decoder that knows ids alone. */

import { createHash } from "node:crypto";

import {
  type EncodedImage,
  type GenerateFunction,
  type GenerationRequest,
  imageMarker,
  type LoglikelihoodFunction,
  type LoglikelihoodRequest,
} from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask } from "../base/task.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import type { Session } from "../runtime/session.ts";
import { type Eyes, type NamedPicture, stacked } from "./eyes.ts";
import { generateOf, type Generator } from "./generate.ts";
import { imageRowIds } from "./image-embedding.ts";
import { loglikelihoodOf } from "./score.ts";

/** Ids of a prompt; `pictures` are the ids that take each picture's place. */
export type PictureEncoder = (text: string, pictures: readonly (readonly number[])[]) => readonly number[];

/** What is needed of a model that sees pictures. */
export interface SightedParts extends Generator {
  /** Opens the eyes, or gives those that are open. */
  readonly openEyes: () => Promise<Eyes>;
  readonly encode: PictureEncoder;
}

/** Most pictures whose rows are fed to the decoder together. */
const mostPictures = 16;

/** A session whose runs are fed these image features. */
export function withImageFeatures(session: Session, features: Tensor<"f32">): Session {
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    device: session.device,
    deviceReason: session.deviceReason,
    get figures() {
      return session.figures;
    },
    run: (feeds, options) => session.run({ image_features: features, ...feeds }, options),
    dispose: () => {
      session.dispose();
    },
    [Symbol.dispose]: () => {
      session.dispose();
    },
  };
}

/** The feed of texts without pictures: one row that no id stands for. */
export function noImageFeatures(hiddenSize: number): Tensor<"f32"> {
  return tensor("f32", [1, hiddenSize], new Float32Array(hiddenSize));
}

/** `loglikelihoodOf` for a model that sees pictures; errors are those of both, and name the picture that is none. */
export function sightedLoglikelihood(parts: SightedParts): LoglikelihoodFunction {
  return async (requests, options = {}) => {
    const bar = options.onScored ? null : openProgress("Scoring", { total: requests.length, unit: "requests" });
    const signal = options.signal ?? currentTask().signal;
    return await inGroups(requests, { parts, bar, signal }, (group, seeing, first) =>
      loglikelihoodOf(seeing)(group, {
        ...options,
        signal,
        onScored: (index, score) => {
          options.onScored?.(first + index, score);
          bar?.advance();
        },
      }),
    );
  };
}

/** `generateOf` for a model that sees pictures; errors are those of both, and name the picture that is none. */
export function sightedGenerate(parts: SightedParts): GenerateFunction {
  return async (requests, options = {}) => {
    const bar = options.onGenerated ? null : openProgress("Generating", { total: requests.length, unit: "texts" });
    const signal = options.signal ?? currentTask().signal;
    const { onText } = options;
    return await inGroups(requests, { parts, bar, signal }, (group, seeing, first) =>
      generateOf(seeing)(group, {
        ...options,
        signal,
        ...(onText && { onText: (index, piece) => onText(first + index, piece) }),
        onGenerated: (index, generation) => {
          options.onGenerated?.(first + index, generation);
          bar?.advance();
        },
      }),
    );
  };
}

type Request = LoglikelihoodRequest | GenerationRequest;

interface GroupOptions {
  readonly parts: SightedParts;
  readonly bar: ReturnType<typeof openProgress> | null;
  readonly signal: AbortSignal;
}

/** Runs requests in groups that follow each other and have few pictures each. */
async function inGroups<R extends Request, S>(
  requests: readonly R[],
  { parts, bar, signal }: GroupOptions,
  run: (group: readonly R[], seeing: Generator, first: number) => Promise<readonly S[]>,
): Promise<readonly S[]> {
  const results: S[] = [];
  try {
    requests.forEach(checkMarkers);
    const keys = contentKeys(requests);
    for (const { first, group, pictures } of groupsOf(requests, keys)) {
      results.push(...(await run(group, await seeingParts(parts, { first, pictures, keys, signal }), first)));
    }
  } catch (error) {
    bar?.close(signal.aborted ? "stopped" : "failed");
    throw error;
  }
  bar?.close();
  return results;
}

function checkMarkers({ context, images = [] }: Request, index: number): void {
  if (!images.every((image) => image instanceof Uint8Array)) {
    throw new TypeError(`Cannot read request ${index}: expected pictures as bytes (Uint8Array), got another kind`);
  }
  const markers = context.split(imageMarker).length - 1;
  if (images.length === 0 || markers === images.length) return;
  throw new RangeError(
    `Cannot read request ${index}: expected ${imageMarker} in its context once for each of ${images.length} pictures, got it ${markers} times`,
  );
}

interface Group<R> {
  readonly first: number;
  readonly group: R[];
  /** Pictures by their content, each with the place where it comes first. */
  readonly pictures: Map<string, NamedPicture>;
}

type Keys = ReadonlyMap<EncodedImage, string>;

/** The hash of each picture, so that texts about one picture share what is computed, whoever read it how often. */
function contentKeys(requests: readonly Request[]): Keys {
  const images = new Set(requests.flatMap((request) => request.images ?? []));
  return new Map(Array.from(images, (image) => [image, createHash("sha256").update(image).digest("hex")]));
}

function groupsOf<R extends Request>(requests: readonly R[], keys: Keys): readonly Group<R>[] {
  const groups: Group<R>[] = [];
  requests.forEach((request, index) => {
    const last = groups.at(-1);
    const own = (request.images ?? []).map((image) => ({ image, key: keys.get(image) ?? "" }));
    const added = new Set(own.map(({ key }) => key).filter((key) => last?.pictures.has(key) !== true));
    const fits = last !== undefined && (added.size === 0 || last.pictures.size + added.size <= mostPictures);
    const group = fits ? last : { first: index, group: [], pictures: new Map<string, NamedPicture>() };
    if (!fits) groups.push(group);
    group.group.push(request);
    own.forEach(({ image, key }, i) => {
      if (!group.pictures.has(key)) group.pictures.set(key, { image, name: `picture ${i} of request ${index}` });
    });
  });
  return groups;
}

interface Looking {
  readonly first: number;
  readonly pictures: ReadonlyMap<string, NamedPicture>;
  readonly keys: Keys;
  readonly signal: AbortSignal;
}

/** The parts that know the pictures of one group. */
async function seeingParts(parts: SightedParts, { first, pictures, keys, signal }: Looking): Promise<Generator> {
  if (pictures.size === 0) return { ...parts, firstRequest: first };
  const eyes = await parts.openEyes();
  const rows = await eyes.look([...pictures.values()], signal);
  const places = new Map(Array.from(pictures.keys(), (key, i) => [key, imageRowIds(i * eyes.rowCount, eyes.rowCount)]));
  return {
    ...parts,
    session: withImageFeatures(parts.session, joined(rows)),
    firstRequest: first,
    encodePrompt: (text, wanted) =>
      parts.encode(
        text,
        wanted.map((image) => places.get(keys.get(image) ?? "") ?? []),
      ),
  };
}

/** [N,D] each, as [I*N,D]. */
function joined(rows: readonly Tensor<"f32">[]): Tensor<"f32"> {
  const { shape, data } = stacked(rows);
  const [count = 0, each = 0, width = 0] = shape;
  return tensor("f32", [count * each, width], data);
}
