import assert from "node:assert/strict";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { readLlamaConfig } from "../../src/model/llama-config.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { adamWDefaults } from "../../src/train/adamw.ts";
import { trainingStepGraph } from "../../src/train/step-graph.ts";
import { goldenFolder } from "../model/golden-checkpoint.ts";

async function stepGraph(trains: (name: string) => boolean): Promise<Graph> {
  const folder = goldenFolder("gqa");
  const config = readLlamaConfig(await readConfig(folder));
  const { weights } = mappedWeights(await readCheckpointTensors(folder), folder);
  return trainingStepGraph({ config, weights, trains, optimizer: adamWDefaults });
}

describe("train/step-graph", () => {
  it("every trained tensor is a state with two moments, every other one stays mapped", async () => {
    const graph = await stepGraph((name) => name.endsWith("norm.weight"));
    const norms = graph.outputs.filter(({ name }) => name.startsWith("next."));
    assert.equal(norms.length, 3 * 5); // two layers with two norms, and the last
    const external = graph.initializers
      .filter(({ source }) => source.kind === "external")
      .map(({ value }) => value.name);
    assert.equal(external.length, 16);
    assert.ok(external.every((name) => !name.endsWith("norm.weight")));
  });

  it("no gradient is built below the first tensor that is trained", async () => {
    const last = await stepGraph((name) => name === "model.layers.1.mlp.down_proj.weight");
    const all = await stepGraph(() => true);
    const isWeight = (name: string): boolean => name.startsWith("model.layers.0.");
    const uses = (graph: Graph): number =>
      graph.nodes.filter(({ inputs }) => inputs.some(({ name }) => isWeight(name))).length;
    assert.equal(uses(last), 9); // forward, each of the first layer's weights once
    assert.ok(uses(all) > 3 * 9); // forward, backward, update
    assert.ok(last.nodes.length < all.nodes.length / 2, `${last.nodes.length} of ${all.nodes.length}`);
  });
});
