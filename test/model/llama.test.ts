import assert from "node:assert/strict";

import { tensor } from "../../src/base/tensor.ts";
import type { Graph, Initializer, Node } from "../../src/graph/graph.ts";
import type { LlamaConfig } from "../../src/model/llama-config.ts";
import {
  checkpointGraph,
  goldenFolder,
  goldenGraph,
  readGolden,
  variants,
  worstDifference,
} from "./golden-checkpoint.ts";

/** The graph with other constants where `change` gives some. */
function withConstants(graph: Graph, change: (values: readonly number[]) => readonly number[] | null): Graph {
  let changes = 0;
  const initializers = graph.initializers.map((initializer): Initializer => {
    const { value, source } = initializer;
    if (source.kind !== "inline" || source.tensor.dtype !== "f32") return initializer;
    const values = change([...source.tensor.data].map(Number));
    if (values === null) return initializer;
    changes += 1;
    return { value, source: { kind: "inline", tensor: tensor("f32", source.tensor.shape, Float32Array.from(values)) } };
  });
  assert.equal(changes, 1);
  return { ...graph, initializers };
}

describe("model/llama", () => {
  for (const variant of variants) {
    it(`logits of the ${variant} checkpoint agree with transformers to 1e-4`, async () => {
      const { graph, config } = await goldenGraph(variant);
      const golden = readGolden(variant);
      for (const optimization of ["all", "none"] as const) {
        const worst = await worstDifference(graph, { config, golden, optimization });
        assert.ok(worst < 1e-4, `${optimization}: ${worst}`);
      }
    });

    it(`logits of the ${variant} checkpoint agree where its weights stay mapped`, async () => {
      const { graph, config } = await goldenGraph(variant);
      const worst = await worstDifference(graph, { config, golden: readGolden(variant), prepack: false });
      assert.ok(worst < 1e-4, String(worst));
    });

    it(`leaving out RoPE moves the logits of the ${variant} checkpoint by over 1e-2`, async () => {
      const { graph, config } = await goldenGraph(variant);
      const still = withConstants(graph, (values) =>
        values.length === config.headSize / 2 ? values.map(() => 0) : null,
      );
      const worst = await worstDifference(still, { config, golden: readGolden(variant) });
      assert.ok(worst > 1e-2, String(worst));
    });

    it(`leaving out the mask moves the logits of the ${variant} checkpoint by over 1e-2`, async () => {
      const { graph, config } = await goldenGraph(variant);
      const open = withConstants(graph, (values) => (values[0] === -Infinity ? [0] : null));
      const worst = await worstDifference(open, { config, golden: readGolden(variant) });
      assert.ok(worst > 1e-2, String(worst));
    });
  }

  const withoutBias = { inputs: false, output: false };
  const options: readonly [(typeof variants)[number], string, Partial<LlamaConfig>][] = [
    ["mha", "the attention biases", { attentionBias: withoutBias }],
    ["mha", "the bias of the attention's output", { attentionBias: { inputs: true, output: false } }],
    ["mha", "the biases of the feed-forward layers", { mlpBias: false }],
    ["qwen2", "the attention biases", { attentionBias: withoutBias }],
    ["gqa", "the norms' own epsilon", { normEpsilon: 1e-1 }],
    ["gqa", "the rotation's own theta", { rope: { kind: "default", theta: 10000 } }],
    ["mha", "the output matrix, as if tied,", { tieWordEmbeddings: true }],
  ];
  for (const [variant, what, change] of options) {
    it(`leaving out ${what} moves the logits of the ${variant} checkpoint by over 1e-2`, async () => {
      const { graph, config } = await checkpointGraph(goldenFolder(variant), change);
      const worst = await worstDifference(graph, { config, golden: readGolden(variant) });
      assert.ok(worst > 1e-2, String(worst));
    });
  }

  it("grouping heads the other way round moves the logits of the gqa checkpoint by over 1e-2", async () => {
    const { graph, config } = await goldenGraph("gqa");
    const { kvHeadCount: K, headCount } = config;
    let changes = 0;
    // Query head h belongs to key-value head floor(h / G); here to h mod K.
    const nodes = graph.nodes.map((node): Node => {
      if (node.op !== "Transpose" || node.attributes.perm.length !== 5 || node.attributes.perm[0] !== 2) return node;
      changes += 1;
      return { ...node, attributes: { perm: [3, 0, 2, 1, 4] } };
    });
    const sizes = graph.nodes.map((node) => node.output.shape).find((shape) => shape.length === 5);
    assert.deepEqual(sizes?.slice(0, 4), ["B", "T", K, headCount / K]);
    assert.equal(changes, config.layerCount);
    const swapped = swapGroups({ ...graph, nodes }, { K, G: headCount / K });
    const worst = await worstDifference(swapped, { config, golden: readGolden("gqa") });
    assert.ok(worst > 1e-2, String(worst));
  });
});

/** Reads the query heads as [G, K] instead of [K, G]: exchanges the two constants of the reshape before. */
function swapGroups(graph: Graph, { K, G }: { readonly K: number; readonly G: number }): Graph {
  const constant = (size: number): Initializer["value"] | undefined =>
    graph.initializers.find(
      ({ source }) =>
        source.kind === "inline" &&
        source.tensor.shape.length === 1 &&
        source.tensor.data[0] === BigInt(size) &&
        source.tensor.data.length === 1,
    )?.value;
  const [k, g] = [constant(K), constant(G)];
  assert.ok(k !== undefined && g !== undefined);
  const nodes = graph.nodes.map((node): Node => {
    const at = node.inputs.indexOf(k);
    const isSplit = node.op === "Concat" && node.inputs.length === 5 && at === 2 && node.inputs[3] === g;
    return isSplit ? { ...node, inputs: node.inputs.with(2, g).with(3, k) } : node;
  });
  assert.notDeepEqual(nodes, graph.nodes);
  return { ...graph, nodes };
}
