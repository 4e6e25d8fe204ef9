/** The LLaMA decoder for generation: each sequence has a cache of slots, which runs fill in place. */

import { graphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import { keyValueInputs, llamaBlocks, llamaLogits, type LlamaParts } from "./llama.ts";

/**
 * The graph of one step of B sequences, T new tokens each, with S slots in the cache.
 *
 * Inputs: `input_ids`, `position_ids` i64[B,T], the token at position p takes slot p; `rows` i64[R], places in [B*T];
 * `cache.<layer>.key`, `cache.<layer>.value` f32[K,B,S,D].
 * Outputs: `logits` f32[R,V]; `greedy` i64[R], the most likely next token of each row; `next.cache.<layer>.key` and
 * `next.cache.<layer>.value`, which may be written over the inputs: only the nodes that fill the slots read those.
 */
export function generationGraph({ config, weights }: LlamaParts): Graph {
  const graph = graphBuilder();
  const shape = [config.kvHeadCount, "B", "S", config.headSize];
  const { hidden, keyValues } = llamaBlocks(graph, {
    config,
    weights,
    memory: { kind: "slots", slots: (layer) => keyValueInputs(graph, `cache.${layer}`, shape) },
  });
  const rows = graph.input("rows", "i64", ["R"]);
  const logits = llamaLogits(graph, graph.op("Gather", [hidden, rows], { axis: 0 }), { config, weights }); // [R, V]
  const filled = keyValues.flatMap(({ key, value }, layer) => [
    [`next.cache.${layer}.key`, key] as const,
    [`next.cache.${layer}.value`, value] as const,
  ]);
  const greedy = graph.op("ArgMax", [logits], { axis: -1, keepdims: false });
  return graph.build({ logits, greedy, ...Object.fromEntries(filled) });
}
