import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { emit } from "../../src/graph/emit.ts";
import { configFields } from "../../src/model/config-fields.ts";
import { decode } from "../../src/model/decode.ts";
import { emptyPrefix, rowLogits, sequenceFrequencies } from "../../src/model/forward.ts";
import { llamaGraph } from "../../src/model/llama.ts";
import { type LlamaConfig, readLlamaConfig } from "../../src/model/llama-config.ts";
import { type Rope, readRope } from "../../src/model/rope.ts";
import { loglikelihoodOf } from "../../src/model/score.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession, type Session } from "../../src/runtime/session.ts";
import { characters, goldenFolder } from "./golden-checkpoint.ts";

interface Golden {
  readonly ids: readonly number[];
  readonly cases: readonly {
    readonly rope_parameters: Readonly<Record<string, unknown>>;
    readonly logits: readonly number[];
  }[];
  /** Dynamic rotation beyond the trained context. */
  readonly beyond: {
    readonly max_position_embeddings: number;
    readonly rope_parameters: Readonly<Record<string, unknown>>;
    readonly logits: readonly number[];
    readonly promptLength: number;
    readonly written: readonly number[];
  };
}

const golden = JSON.parse(readFileSync(new URL("../golden/rope.json", import.meta.url), "utf8")) as Golden; // rope.py

const folder = goldenFolder("gqa");
const configJson = JSON.parse(readFileSync(`${folder}/config.json`, "utf8")) as Readonly<Record<string, unknown>>;

async function openChanged(
  change: Readonly<Record<string, unknown>>,
): Promise<{ readonly session: Session; readonly config: LlamaConfig }> {
  const config = readLlamaConfig(configFields({ ...configJson, ...change }, "config.json"));
  const { weights } = mappedWeights(await readCheckpointTensors(folder), folder);
  return { session: await createSession(emit(llamaGraph(config, weights))), config };
}

/** Logits after the golden's last token, with these rotary parameters in config.json. */
async function lastLogits(change: Readonly<Record<string, unknown>>): Promise<Float32Array> {
  const { session: opened, config } = await openChanged(change);
  using session = opened;
  const rows = [{ sequence: 0, position: golden.ids.length - 1, targets: [] }];
  const { signal } = new AbortController();
  const frequencies = sequenceFrequencies(config, [golden.ids.length]);
  const forward = { sequences: [golden.ids], prefix: emptyPrefix(config), rows, frequencies, signal };
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

  describe("dynamic, beyond the trained context", () => {
    const { promptLength, logits, written, ...change } = golden.beyond;

    it("logits agree with transformers to 1e-4, and are others without it", async () => {
      assert.ok(worst(await lastLogits(change), logits) < 1e-4);
      const without = { ...change, rope_parameters: { rope_type: "default", rope_theta: 500 } };
      assert.ok(worst(await lastLogits(without), logits) > 1e-2);
    });

    it("a generation that crosses it writes what transformers writes, alone and beside a shorter one", async () => {
      const { session: opened, config } = await openChanged(change);
      using session = opened;
      assert.equal(config.contextLength, 128);
      const prompts = [golden.ids.slice(0, promptLength), golden.ids.slice(5, 9)];
      const { signal } = new AbortController();
      for (const batch of [prompts.slice(0, 1), prompts]) {
        const found: number[] = [];
        const onToken = (sequence: number, id: number): boolean =>
          (sequence === 0 ? found.push(id) : found.length) < written.length;
        const slotCount = promptLength + written.length;
        await decode({ session, config }, { prompts: batch, slotCount, onToken, signal });
        assert.deepEqual(found, written);
      }
    });

    it("scores are those of each sequence alone", async () => {
      const { session: opened, config } = await openChanged(change);
      using session = opened;
      const score = loglikelihoodOf({ session, config, tokenizer: characters });
      const text = characters.decode(golden.ids);
      const requests = [90, 60, 45, 30, 20].map((length) => ({
        context: text.slice(0, length - 10),
        continuation: text.slice(length - 10, length),
      }));
      const together = await score(requests);
      for (const [index, request] of requests.entries()) {
        const [alone] = await score([request]);
        assert.ok(Math.abs((alone?.sumNats ?? NaN) - (together[index]?.sumNats ?? NaN)) < 1e-4);
      }
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
