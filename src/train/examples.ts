/** Token sequences to learn from, as the inputs of a training step. */

import type { EncodedImage } from "../base/language-model.ts";
import { type Tensor, tensor } from "../base/tensor.ts";

/** One sequence. */
export interface Example {
  readonly ids: readonly number[];
  /** What each place should be predicted as by the place before it; -100 where nothing is to be learnt. Usually `ids`. */
  readonly labels: readonly number[];
  /** Encoded pictures, one for each id -200 (a LLaVA only). */
  readonly images?: readonly EncodedImage[];
}

/** The label that is not learnt, as in PyTorch. */
export const ignoredLabel = -100;

/** Labels of a sequence that count; nothing predicts the first. */
export function labelCount(examples: readonly Example[]): number {
  return examples.reduce(
    (sum, { labels }) => sum + labels.slice(1).filter((label) => label !== ignoredLabel).length,
    0,
  );
}

/**
 * The inputs `input_ids`, `position_ids`, `targets`, `loss_weights` [B,T] of a step; shorter sequences are padded on the
 * right. The loss is `share` times the mean over all labels that count, the first of each sequence left out.
 *
 * @throws RangeError where there is no example, one has as many labels as ids not, or no label counts.
 */
export function exampleInputs(examples: readonly Example[], share = 1): Readonly<Record<string, Tensor>> {
  const [B, T] = [examples.length, Math.max(0, ...examples.map(({ ids }) => ids.length))];
  const targets = examples.flatMap(({ ids, labels }, index) => {
    if (labels.length !== ids.length || ids.length === 0) {
      throw new RangeError(
        `Cannot train on example ${index}: expected as many labels as ids, at least one, got ${ids.length} ids and ${labels.length} labels`,
      );
    }
    return Array.from({ length: T }, (_, t) => labels[t + 1] ?? ignoredLabel);
  });
  const count = targets.filter((target) => target !== ignoredLabel).length;
  if (count === 0) throw new RangeError("Cannot train: expected at least one label that counts, got none");
  const integers = (values: readonly number[]): Tensor => tensor("i64", [B, T], BigInt64Array.from(values, BigInt));
  return {
    input_ids: integers(examples.flatMap(({ ids }) => Array.from({ length: T }, (_, t) => ids[t] ?? 0))),
    position_ids: integers(examples.flatMap(() => Array.from({ length: T }, (_, t) => t))),
    targets: integers(targets.map((target) => Math.max(0, target))),
    loss_weights: tensor(
      "f32",
      [B, T],
      Float32Array.from(targets, (target) => (target === ignoredLabel ? 0 : share / count)),
    ),
  };
}
