/** Which sequences run together: of like length, so that little is padding, and bounded in memory. */

import type { LlamaConfig } from "./llama-config.ts";
import { passCost, type Sequence } from "./prefix-tree.ts";

/** Most tokens of a pass, padding included; more make it no faster. */
const mostTokens = 1024;
/** Most bytes of the largest intermediate tensor of a pass: attention scores or logits. */
const mostBytes = 2 ** 26;

interface After {
  readonly prefixLength: number;
  readonly config: LlamaConfig;
}

/**
 * Batches of sequences that go on after `prefixLength` tokens; each sequence is in one batch, alone if it must. Of all
 * divisions of the sequences sorted by length, this is the one that computes fewest tokens, a pass counting `passCost`.
 */
export function batches<S extends Sequence>(sequences: readonly S[], after: After): readonly (readonly S[])[] {
  const sorted = [...sequences].sort((a, b) => b.ids.length - a.ids.length);
  const lengths = sorted.map(({ ids }) => ids.length - after.prefixLength);
  const ends = cheapestEnds(lengths, after);
  const result: S[][] = [];
  for (let start = 0; start < sorted.length; start = ends[start] ?? sorted.length) {
    result.push(sorted.slice(start, ends[start]));
  }
  return result;
}

/** For each place of lengths sorted downwards, where the batch that begins there best ends; from the back to the front. */
function cheapestEnds(lengths: readonly number[], after: After): readonly number[] {
  const ends: number[] = [];
  const costs: number[] = Array.from({ length: lengths.length + 1 }, () => 0);
  for (let start = lengths.length - 1; start >= 0; start--) {
    const T = lengths[start] ?? 0;
    const last = Math.min(lengths.length, start + mostSequences(T, after));
    let best = Infinity;
    for (let end = start + 1; end <= last; end++) {
      const cost = passCost + (end - start) * T + (costs[end] ?? 0);
      if (cost >= best) continue;
      best = cost;
      ends[start] = end;
    }
    costs[start] = best;
  }
  return ends;
}

/** How many sequences of T new tokens fit one pass. */
function mostSequences(T: number, { prefixLength, config }: After): number {
  const scoreBytes = 4 * config.headCount * T * (prefixLength + T);
  const logitBytes = 4 * T * config.vocabularySize;
  return Math.max(1, Math.floor(Math.min(mostTokens / T, mostBytes / Math.max(scoreBytes, logitBytes))));
}
