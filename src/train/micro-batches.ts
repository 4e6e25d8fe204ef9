/** Gradient accumulation: a batch in parts whose gradients add up to the whole one's. */

import { type Example, labelCount } from "./examples.ts";

/** How a batch is split. */
export interface MicroBatching {
  /** Examples that are computed together; a larger batch is computed in parts. Default: the whole batch. */
  readonly microBatch?: number;
  /**
   * What the loss averages: "micro-batches", the mean of the parts' means, as the paper's trainer (transformers 4.31) does; or
   * "tokens", the mean over all labels, whatever the parts. Default "micro-batches".
   */
  readonly averages?: "micro-batches" | "tokens";
}

/** A part, and what its mean counts in the batch's loss. */
export interface MicroBatch {
  readonly examples: readonly Example[];
  readonly share: number;
}

/**
 * The parts of a batch; parts without a label that counts are left out.
 *
 * @throws RangeError where `microBatch` is not an integer >= 1.
 */
export function microBatches(
  examples: readonly Example[],
  { microBatch = Math.max(1, examples.length), averages = "micro-batches" }: MicroBatching,
): readonly MicroBatch[] {
  if (!Number.isInteger(microBatch) || microBatch < 1) {
    throw new RangeError(`Cannot train: expected microBatch to be an integer >= 1, got ${microBatch}`);
  }
  const parts = Array.from({ length: Math.ceil(examples.length / microBatch) }, (_, i) =>
    examples.slice(i * microBatch, (i + 1) * microBatch),
  );
  if (parts.length <= 1) return [{ examples, share: 1 }];
  const total = labelCount(examples);
  const counted = parts.map((part) => ({ examples: part, count: labelCount(part) })).filter(({ count }) => count > 0);
  if (counted.length === 0) return [{ examples, share: 1 }]; // refused where it is read
  return counted.map(({ examples: part, count }) => ({
    examples: part,
    share: averages === "tokens" ? count / total : 1 / counted.length,
  }));
}
