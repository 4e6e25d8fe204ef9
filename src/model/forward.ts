/** Forward passes of a decoder that is ready to run: new tokens after a prefix that all sequences share. */

import type { StaticShape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import type { Session } from "../runtime/session.ts";
import type { Feeds, ValueInfo } from "../runtime/value-info.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { rotation } from "./rope.ts";

/** Keys and values of tokens that went before, one pair a layer, each f32[K,P,D]. */
export interface Prefix {
  readonly length: number; // P
  readonly layers: readonly { readonly key: Tensor<"f32">; readonly value: Tensor<"f32"> }[];
}

/** New tokens of one or more sequences. Shorter ones are padded on the right; what follows a token never reaches it. */
export interface Forward {
  readonly sequences: readonly (readonly number[])[];
  readonly prefix: Prefix;
  /** Places whose logits are needed. */
  readonly rows: readonly Row[];
  /** Of `sequenceFrequencies`, where the rotation is dynamic. */
  readonly frequencies?: Tensor<"f32"> | undefined;
  readonly signal: AbortSignal;
}

/** One place: token `position` of the new tokens of sequence `sequence`, and the next tokens whose odds are wanted. */
export interface Row {
  readonly sequence: number;
  readonly position: number;
  readonly targets: readonly number[];
}

/** What the model says at one row. */
export interface RowScore {
  /** log p(target | everything before), natural logarithm, one for each target of the row. */
  readonly logProbabilities: readonly number[];
  /** The most likely next token. */
  readonly greedyId: number;
}

/** No tokens. */
export function emptyPrefix({ layerCount, kvHeadCount, headSize }: LlamaConfig): Prefix {
  const empty = tensor("f32", [kvHeadCount, 0, headSize], new Float32Array(0));
  return { length: 0, layers: Array.from({ length: layerCount }, () => ({ key: empty, value: empty })) };
}

/**
 * What turns the heads of sequences of these lengths, f32[B,D/2]; undefined where the length does not matter.
 *
 * Each sequence turns by its own length, as if it stood alone; transformers turns a batch by its longest.
 */
export function sequenceFrequencies(
  { rope, headSize }: LlamaConfig,
  lengths: readonly number[],
): Tensor<"f32"> | undefined {
  if (rope.kind !== "dynamic") return undefined;
  const data = new Float32Array((lengths.length * headSize) / 2);
  lengths.forEach((length, b) => data.set(rotation(rope, headSize, length).frequencies, (b * headSize) / 2));
  return tensor("f32", [lengths.length, headSize / 2], data);
}

/** Scores rows; only the picked numbers leave the graph. */
export async function scoreRows(session: Session, forward: Forward): Promise<readonly RowScore[]> {
  const outputs = await run(session, forward, ["log_probabilities", "greedy"]);
  return readScores(outputs, forward.rows);
}

/** Scores rows of a single sequence, and gives the prefix that ends with its last token. */
export async function extendPrefix(
  session: Session,
  forward: Forward,
): Promise<{ readonly scores: readonly RowScore[]; readonly prefix: Prefix }> {
  const { prefix } = forward;
  const names = prefix.layers.flatMap((_, layer) => [`new.${layer}.key`, `new.${layer}.value`]);
  const outputs = await run(session, forward, ["log_probabilities", "greedy", ...names]);
  const layers = prefix.layers.map(({ key, value }, layer) => ({
    key: append(key, outputs[`new.${layer}.key`]),
    value: append(value, outputs[`new.${layer}.value`]),
  }));
  return { scores: readScores(outputs, forward.rows), prefix: { length: layers[0]?.key.shape[1] ?? 0, layers } };
}

/** Logits f32[R,V] of all rows. */
export async function rowLogits(session: Session, forward: Forward): Promise<Tensor<"f32">> {
  const { logits } = await run(session, forward, ["logits"]);
  return expectF32(logits);
}

type Outputs = Readonly<Record<string, Tensor>>;

async function run(session: Session, forward: Forward, outputs: readonly string[]): Promise<Outputs> {
  const { sequences, prefix, rows, signal } = forward;
  const [B, T] = [sequences.length, Math.max(...sequences.map((sequence) => sequence.length))];
  const ids = new BigInt64Array(B * T);
  const positions = new BigInt64Array(B * T);
  sequences.forEach((sequence, b) => {
    for (let t = 0; t < T; t++) {
      ids[b * T + t] = BigInt(sequence[t] ?? 0);
      positions[b * T + t] = BigInt(prefix.length + t);
    }
  });
  const vocabularySize = Number(session.outputs.find(({ name }) => name === "logits")?.shape[1]);
  const past = prefix.layers.flatMap(({ key, value }, layer) => [
    [`past.${layer}.key`, key] as const,
    [`past.${layer}.value`, value] as const,
  ]);
  const feeds = {
    input_ids: tensor("i64", [B, T], ids),
    position_ids: tensor("i64", [B, T], positions),
    ...noSlots(session, B),
    ...(forward.frequencies !== undefined && { frequencies: forward.frequencies }),
    rows: rowPlaces(rows.map(({ sequence, position }) => sequence * T + position)),
    picks: integers(rows.flatMap(({ targets }, row) => targets.map((target) => row * vocabularySize + target))),
    ...Object.fromEntries(past),
  };
  return await session.run(feeds, { signal, outputs });
}

/** The feeds of a pass whose tokens are not kept: caches without slots. */
function noSlots(session: Session, B: number): Feeds {
  const caches = session.inputs.filter(({ name }) => name.startsWith("cache."));
  const empty = ({ shape }: ValueInfo): Tensor =>
    tensor("f32", [Number(shape[0]), B, 0, Number(shape[3])], new Float32Array(0));
  return { stored: integers([]), ...Object.fromEntries(caches.map((info) => [info.name, empty(info)])) };
}

/** The input `rows`: at least one place, as ONNX Runtime's ArgMax gives no rows a wrong shape. */
export function rowPlaces(places: readonly number[]): Tensor<"i64"> {
  return integers(places.length === 0 ? [0] : places);
}

/** An i64 vector. */
export function integers(values: readonly number[]): Tensor<"i64"> {
  return tensor("i64", [values.length], BigInt64Array.from(values, BigInt));
}

function readScores({ log_probabilities: picked, greedy }: Outputs, rows: readonly Row[]): readonly RowScore[] {
  let next = 0;
  return rows.map(({ targets }, row) => ({
    logProbabilities: targets.map(() => Number(picked?.data[next++])),
    greedyId: Number(greedy?.data[row]),
  }));
}

/** [K,P,D] and [K,1,T,D] as [K,P+T,D]. */
function append(before: Tensor<"f32">, added: Tensor | undefined): Tensor<"f32"> {
  const [K = 0, P = 0, D = 0] = before.shape;
  const T = added?.shape[2] ?? 0;
  const next = expectF32(added);
  const shape: StaticShape = [K, P + T, D];
  const data = new Float32Array(K * (P + T) * D);
  for (let k = 0; k < K; k++) {
    const start = k * (P + T) * D;
    data.set(before.data.subarray(k * P * D, (k + 1) * P * D), start);
    data.set(next.data.subarray(k * T * D, (k + 1) * T * D), start + P * D);
  }
  return tensor("f32", shape, data);
}

function expectF32(value: Tensor | undefined): Tensor<"f32"> {
  if (value?.dtype !== "f32") {
    throw new TypeError(`Cannot read an output: expected f32, got ${value?.dtype ?? "nothing"}`);
  }
  return value as Tensor<"f32">; // the check above
}
