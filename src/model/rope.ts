/** Rotary position embedding: how fast each pair of a head's axes turns with the position. */

import type { ConfigFields } from "./config-fields.ts";

/** The frequencies' rule. */
export interface Rope {
  readonly kind: "default";
  readonly theta: number;
}

/**
 * Reads `rope_parameters` (transformers 5) or `rope_theta` and `rope_scaling` (transformers 4).
 *
 * @throws ModelFormatError naming the field, where the scaling is one that is not offered.
 */
export function readRope(fields: ConfigFields): Rope {
  const parameters = fields.inner("rope_parameters") ?? fields.inner("rope_scaling");
  const theta = parameters?.has("rope_theta") === true ? parameters : fields;
  if (parameters !== null) {
    const field = parameters.has("rope_type") ? "rope_type" : "type";
    if (parameters.text(field, "default") !== "default") throw parameters.error(field, '"default"');
  }
  return { kind: "default", theta: theta.positive("rope_theta", 10000) };
}

/**
 * Radians a position for each of the D/2 pairs, f32.
 *
 * Source: Su et al. 2021 (RoFormer), eq. 15; theta^(-2i/D).
 */
export function inverseFrequencies(rope: Rope, headSize: number): Float32Array {
  return Float32Array.from({ length: headSize / 2 }, (_, i) => rope.theta ** ((-2 * i) / headSize));
}
