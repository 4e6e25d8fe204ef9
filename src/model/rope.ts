/** Rotary position embedding: how fast each pair of a head's axes turns with the position. */

import type { ConfigFields } from "./config-fields.ts";

/** The frequencies' rule; names as in transformers. */
export type Rope = { readonly theta: number } & (
  | { readonly kind: "default" }
  | { readonly kind: "linear"; readonly factor: number }
  | { readonly kind: "dynamic"; readonly factor: number; readonly originalContextLength: number }
  | {
      readonly kind: "llama3";
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalContextLength: number;
    }
  | {
      readonly kind: "yarn";
      readonly factor: number;
      readonly originalContextLength: number;
      readonly attentionFactor: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Whole axes bound the ramp. */
      readonly truncate: boolean;
    }
);

/** What turns the heads. */
export interface Rotation {
  /** Radians a position for each of the D/2 pairs, f32. */
  readonly frequencies: Float32Array;
  /** Multiplies cosines and sines. */
  readonly scale: number;
}

const kinds = ["default", "linear", "dynamic", "llama3", "yarn"] as const;

/**
 * Reads `rope_parameters` (transformers 5) or `rope_theta` and `rope_scaling` (transformers 4).
 *
 * @throws ModelFormatError naming the field that is missing or wrong, or a scaling that is not offered.
 */
export function readRope(fields: ConfigFields): Rope {
  const parameters = fields.inner("rope_scaling") ?? fields.inner("rope_parameters");
  const theta = (parameters?.has("rope_theta") === true ? parameters : fields).positive("rope_theta", 10000);
  if (parameters === null) return { kind: "default", theta };
  if (parameters.positive("partial_rotary_factor", 1) !== 1) throw parameters.error("partial_rotary_factor", "1");
  const field = parameters.has("rope_type") ? "rope_type" : "type";
  const name = parameters.text(field, "default");
  const kind = kinds.find((candidate) => candidate === name);
  if (kind === undefined) throw parameters.error(field, kinds.map((known) => `"${known}"`).join(", "));
  return readScaling(kind, { theta, parameters, contextLength: fields.count("max_position_embeddings", 2048) });
}

interface Scaling {
  readonly theta: number;
  readonly parameters: ConfigFields;
  readonly contextLength: number;
}

function readScaling(kind: Rope["kind"], { theta, parameters, contextLength }: Scaling): Rope {
  if (kind === "default") return { kind, theta };
  const factor = parameters.positive("factor");
  if (kind === "linear") return { kind, theta, factor };
  if (kind === "dynamic") return { kind, theta, factor, originalContextLength: contextLength };
  const originalContextLength = parameters.count("original_max_position_embeddings", contextLength);
  if (kind === "llama3") {
    const lowFrequencyFactor = parameters.positive("low_freq_factor");
    const highFrequencyFactor = parameters.positive("high_freq_factor");
    if (highFrequencyFactor <= lowFrequencyFactor) {
      throw parameters.error("high_freq_factor", `a number > low_freq_factor (${lowFrequencyFactor})`);
    }
    return { kind, theta, factor, lowFrequencyFactor, highFrequencyFactor, originalContextLength };
  }
  return {
    kind,
    theta,
    factor,
    originalContextLength,
    attentionFactor: parameters.positive("attention_factor", defaultAttentionFactor(parameters, factor)),
    betaFast: parameters.positive("beta_fast", 32),
    betaSlow: parameters.positive("beta_slow", 1),
    truncate: parameters.flag("truncate", true),
  };
}

function defaultAttentionFactor(parameters: ConfigFields, factor: number): number {
  const scale = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  if (!parameters.has("mscale") || !parameters.has("mscale_all_dim")) return scale(1);
  return scale(parameters.positive("mscale")) / scale(parameters.positive("mscale_all_dim"));
}

/**
 * The rotation of heads of D axes, in a sequence of `length` tokens; only "dynamic" asks for the length, and equals
 * "default" up to the context that the model was trained for.
 *
 * Source: Su et al. 2021 (RoFormer), eq. 15, theta^(-2i/D); scalings as in transformers@5.23.0 modeling_rope_utils.py.
 */
export function rotation(rope: Rope, headSize: number, length = 0): Rotation {
  const plain = Array.from({ length: headSize / 2 }, (_, i) => rope.theta ** ((-2 * i) / headSize));
  switch (rope.kind) {
    case "default":
      return { frequencies: Float32Array.from(plain), scale: 1 };
    case "dynamic":
      return { frequencies: dynamicFrequencies(rope, headSize, length), scale: 1 };
    case "linear":
      return { frequencies: Float32Array.from(plain, (frequency) => frequency / rope.factor), scale: 1 };
    case "llama3":
      return { frequencies: Float32Array.from(plain, (frequency) => llama3Frequency(frequency, rope)), scale: 1 };
    case "yarn":
      return { frequencies: yarnFrequencies(plain, { rope, headSize }), scale: rope.attentionFactor };
  }
}

/** The longer the sequence, the larger theta. */
function dynamicFrequencies(rope: Rope & { readonly kind: "dynamic" }, headSize: number, length: number): Float32Array {
  const { factor, originalContextLength } = rope;
  const stretch = (factor * Math.max(length, originalContextLength)) / originalContextLength - (factor - 1);
  const theta = rope.theta * stretch ** (headSize / (headSize - 2));
  return Float32Array.from({ length: headSize / 2 }, (_, i) => theta ** ((-2 * i) / headSize));
}

/** Short waves stay, long ones are stretched by `factor`, those between are mixed. */
function llama3Frequency(frequency: number, rope: Rope & { readonly kind: "llama3" }): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContextLength } = rope;
  const turns = (originalContextLength * frequency) / (2 * Math.PI); // within the original context
  const mix = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return (1 - mix) * (frequency / factor) + mix * frequency;
}

/** Like llama3, with a ramp over the axes instead of over the wavelengths. */
function yarnFrequencies(
  plain: readonly number[],
  { rope, headSize }: { readonly rope: Rope & { readonly kind: "yarn" }; readonly headSize: number },
): Float32Array {
  const { theta, factor, originalContextLength, betaFast, betaSlow, truncate } = rope;
  const axisOf = (turns: number): number =>
    (headSize * Math.log(originalContextLength / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const low = Math.max(0, truncate ? Math.floor(axisOf(betaFast)) : axisOf(betaFast));
  const last = Math.min(headSize - 1, truncate ? Math.ceil(axisOf(betaSlow)) : axisOf(betaSlow));
  const high = last === low ? last + 0.001 : last; // the reference avoids 0/0 so
  return Float32Array.from(plain, (frequency, i) => {
    const stretched = Math.min(1, Math.max(0, (i - low) / (high - low)));
    return (frequency / factor) * stretched + frequency * (1 - stretched);
  });
}
