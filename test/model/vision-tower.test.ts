import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import type { Graph, Value } from "../../src/graph/graph.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { readVisionConfig, type VisionConfig } from "../../src/model/vision-config.ts";
import { featureCount, visionFeatures, type VisionTower } from "../../src/model/vision-tower.ts";
import { towerTensors } from "../../src/model/vision-weights.ts";
import { mappedWeights, type Weights } from "../../src/model/weights.ts";
import { createSession, type SessionOptions } from "../../src/runtime/session.ts";

const names = ["clip", "clip-whole", "siglip"] as const;
type Name = (typeof names)[number];

interface Golden {
  readonly header: { readonly implementation: string };
  /** By checkpoint and hidden state: the rows of both images. */
  readonly states: Readonly<Record<Name, Readonly<Record<string, readonly (readonly number[])[]>>>>;
}

const golden = JSON.parse(readFileSync(new URL("../golden/vision.json", import.meta.url), "utf8")) as Golden; // vision.py

interface Change {
  readonly config?: Partial<VisionConfig>;
  readonly weights?: (weights: Weights) => Weights;
}

async function towerOf(name: Name, change: Change = {}): Promise<VisionTower> {
  const folder = fileURLToPath(new URL(`../golden/vision/${name}`, import.meta.url));
  const config = { ...readVisionConfig(await readConfig(folder)), ...change.config };
  const { weights } = mappedWeights(towerTensors(await readCheckpointTensors(folder), folder), folder);
  return { config, weights: change.weights?.(weights) ?? weights, layer: -2, dropFirst: false };
}

function graphOf(tower: VisionTower): Graph {
  const graph = graphBuilder();
  const { imageSize } = tower.config;
  const pixels = graph.input("pixel_values", "f32", ["I", 3, imageSize, imageSize]);
  return graph.build({ features: visionFeatures(graph, pixels, tower) });
}

function pixelsOf({ imageSize }: VisionConfig): Tensor<"f32"> {
  const size = 3 * imageSize * imageSize;
  const data = Float32Array.from(
    { length: 2 * size },
    (_, i) => 1.5 * Math.sin(0.37 * (i % size) + Math.floor(i / size)),
  );
  return tensor("f32", [2, 3, imageSize, imageSize], data);
}

/** Largest difference from the golden's rows. */
async function worst(
  graph: Graph,
  { config }: VisionTower,
  { wanted, ...options }: SessionOptions & { readonly wanted: readonly (readonly number[])[] | undefined },
): Promise<number> {
  using session = await createSession(emit(graph), options);
  const { features } = await session.run({ pixel_values: pixelsOf(config) });
  const numbers = (wanted ?? []).flat();
  assert.ok(numbers.length > 0);
  assert.equal(features?.data.length, numbers.length);
  return numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(features.data[i]))), 0);
}

describe("model/vision-tower", () => {
  for (const name of names) {
    for (const layer of [0, -2, -1]) {
      it(`hidden state ${layer} of ${name} agrees with ${golden.header.implementation} to 1e-4`, async () => {
        const tower = { ...(await towerOf(name)), layer };
        const graph = graphOf(tower);
        for (const optimization of ["all", "none"] as const) {
          const found = await worst(graph, tower, { wanted: golden.states[name][layer], optimization });
          assert.ok(found < 1e-4, `${optimization}: ${found}`);
        }
      });
    }
  }

  it("dropFirst leaves out CLIP's class token, and a patch of SigLIP", async () => {
    for (const [name, count] of [
      ["clip", 16],
      ["siglip", 15],
    ] as const) {
      const tower = { ...(await towerOf(name)), dropFirst: true };
      assert.equal(featureCount(tower), count);
      const rows = golden.states[name]["-2"] ?? [];
      const wanted = rows.filter((_, row) => row % (count + 1) !== 0);
      const found = await worst(graphOf(tower), tower, { wanted });
      assert.ok(found < 1e-4, `${name}: ${found}`);
    }
  });

  const zero =
    (ended: string) =>
    (weights: Weights): Weights =>
    (graph, name, shape) =>
      name.endsWith(ended)
        ? graph.constant(tensor("f32", shape, new Float32Array(shape.reduce((product, size) => product * size, 1))))
        : weights(graph, name, shape);
  const ablations: readonly [Name, string, Change][] = [
    ["clip", "exact GELU for quick GELU", { config: { activation: "gelu" } }],
    ["clip", "tanh GELU for quick GELU", { config: { activation: "gelu_pytorch_tanh" } }],
    ["clip-whole", "quick GELU for exact GELU", { config: { activation: "quick_gelu" } }],
    ["siglip", "quick GELU for tanh GELU", { config: { activation: "quick_gelu" } }],
    ["clip-whole", "another epsilon of the norms", { config: { normEpsilon: 1e-1 } }],
    ["clip", "no class embedding", { weights: zero("class_embedding") }],
    ["clip", "no positions", { weights: zero("position_embedding.weight") }],
    ["siglip", "no bias of the patches", { weights: zero("patch_embedding.bias") }],
  ];
  for (const [name, what, change] of ablations) {
    it(`${what} moves the features of ${name} by over 1e-3`, async () => {
      const tower = await towerOf(name, change);
      const found = await worst(graphOf(tower), tower, { wanted: golden.states[name]["-2"] });
      assert.ok(found > 1e-3, String(found));
    });
  }

  it("the exact and the tanh GELU differ by over 1e-4", async () => {
    const tower = await towerOf("siglip", { config: { activation: "gelu" } });
    const found = await worst(graphOf(tower), tower, { wanted: golden.states.siglip["-2"] });
    assert.ok(found > 1e-4, String(found));
  });

  it("leaving out the norm before the first block moves CLIP's features by over 1e-2", async () => {
    const tower = await towerOf("clip");
    const graph = graphOf(tower);
    const first = graph.nodes.find(({ op }) => op === "LayerNormalization");
    const [x] = first?.inputs ?? [];
    assert.ok(first !== undefined && x !== undefined);
    const past = (value: Value): Value => (value === first.output ? x : value);
    const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(past) }));
    const found = await worst({ ...graph, nodes }, tower, { wanted: golden.states.clip["-2"] });
    assert.ok(found > 1e-2, String(found));
  });

  it("the last hidden state is not the one before it", async () => {
    for (const name of names) {
      const tower = { ...(await towerOf(name)), layer: -1 };
      const found = await worst(graphOf(tower), tower, { wanted: golden.states[name]["-2"] });
      assert.ok(found > 1e-1, String(found));
    }
  });

  it("visionFeatures() rejects a hidden state that is not there", async () => {
    const tower = { ...(await towerOf("clip")), layer: -5 };
    assert.throws(() => graphOf(tower), {
      name: "RangeError",
      message: "Cannot choose hidden state -5: expected one of [-4, 3], as there are 3 layers",
    });
  });

  it("visionFeatures() names a tensor that config.json contradicts", async () => {
    const tower = await towerOf("clip", { config: { patchSize: 4 } });
    assert.throws(() => graphOf(tower), {
      name: "ModelFormatError",
      message:
        /^Cannot read tensor "embeddings.patch_embedding.weight" at ".+": expected \[24,3,4,4\] as config.json says, got \[24,3,7,7\]$/,
    });
  });
});
