import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { emit } from "../../src/graph/emit.ts";
import { configFields } from "../../src/model/config-fields.ts";
import { emptyPrefix, rowLogits } from "../../src/model/forward.ts";
import { llamaGraph } from "../../src/model/llama.ts";
import { readLlamaConfig } from "../../src/model/llama-config.ts";
import { type Rope, readRope } from "../../src/model/rope.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession } from "../../src/runtime/session.ts";
import { goldenFolder } from "./golden-checkpoint.ts";

interface Golden {
  readonly ids: readonly number[];
  readonly cases: readonly {
    readonly rope_parameters: Readonly<Record<string, unknown>>;
    readonly logits: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/rope.json", import.meta.url), "utf8")) as Golden; // rope.py

const folder = goldenFolder("gqa");
const configJson = JSON.parse(readFileSync(`${folder}/config.json`, "utf8")) as Readonly<Record<string, unknown>>;

/** Logits after the golden's last token, with these rotary parameters in config.json. */
async function lastLogits(change: Readonly<Record<string, unknown>>): Promise<Float32Array> {
  const config = readLlamaConfig(configFields({ ...configJson, ...change }, "config.json"));
  const { weights } = mappedWeights(await readCheckpointTensors(folder), folder);
  using session = await createSession(emit(llamaGraph(config, weights)));
  const rows = [{ sequence: 0, position: golden.ids.length - 1, targets: [] }];
  const { signal } = new AbortController();
  const forward = { sequences: [golden.ids], prefix: emptyPrefix(config), rows, signal };
  return (await rowLogits(session, forward)).data;
}

function worst(found: Float32Array, wanted: readonly number[]): number {
  assert.equal(found.length, wanted.length);
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? NaN))), 0);
}

function read(fields: Readonly<Record<string, unknown>>): Rope {
  return readRope(configFields(fields, "config.json"));
}

describe("model/rope", () => {
  golden.cases.forEach(({ rope_parameters: parameters, logits }, i) => {
    const kind = String(parameters.rope_type);
    it(`case ${i}, ${kind}: logits agree with transformers to 1e-4`, async () => {
      assert.ok(worst(await lastLogits({ rope_parameters: parameters }), logits) < 1e-4);
      const { rope_theta, rope_type, ...rest } = parameters;
      const version4 = { rope_parameters: undefined, rope_theta, rope_scaling: { type: rope_type, ...rest } };
      assert.ok(worst(await lastLogits(version4), logits) < 1e-4);
    });

    if (kind === "default" || kind === "dynamic") return;
    it(`case ${i}, ${kind}: leaving the scaling out moves the logits by over 1e-2`, async () => {
      assert.ok(worst(await lastLogits({}), logits) > 1e-2);
    });
  });

  it("readRope() takes the original context from config.json where the scaling does not say it", () => {
    const rope = read({ max_position_embeddings: 99, rope_scaling: { rope_type: "yarn", factor: 2 } });
    assert.deepEqual(rope, {
      kind: "yarn",
      theta: 10000,
      factor: 2,
      originalContextLength: 99,
      attentionFactor: 0.1 * Math.log(2) + 1,
      betaFast: 32,
      betaSlow: 1,
      truncate: true,
    });
  });

  it("readRope() names the field that is missing or not offered", () => {
    const rejects = (scaling: Readonly<Record<string, unknown>>, message: string): void => {
      assert.throws(() => read({ rope_scaling: scaling }), { name: "ModelFormatError", message });
    };
    const at = 'at "config.json": expected';
    rejects(
      { rope_type: "longrope" },
      `Cannot read field "rope_scaling.rope_type" ${at} "default", "linear", "dynamic", "llama3", "yarn", got "longrope"`,
    );
    rejects({ rope_type: "linear" }, `Cannot read field "rope_scaling.factor" ${at} a number > 0, got nothing`);
    rejects(
      { rope_type: "llama3", factor: 8, low_freq_factor: 4, high_freq_factor: 1 },
      `Cannot read field "rope_scaling.high_freq_factor" ${at} a number > low_freq_factor (4), got 1`,
    );
    rejects(
      { rope_type: "default", partial_rotary_factor: 0.5 },
      `Cannot read field "rope_scaling.partial_rotary_factor" ${at} 1, got 0.5`,
    );
  });
});
