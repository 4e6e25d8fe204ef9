import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Generation, GenerationRequest } from "../../src/base/language-model.ts";
import { type ProgressEvent, runInTask } from "../../src/base/task.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readFloats } from "../../src/data/safetensors.ts";
import { emit } from "../../src/graph/emit.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { decode } from "../../src/model/decode.ts";
import { generateOf } from "../../src/model/generate.ts";
import { llamaGraph } from "../../src/model/llama.ts";
import { saveCheckpoint } from "../../src/model/save-checkpoint.ts";
import { type LlamaConfig, readLlamaConfig } from "../../src/model/llama-config.ts";
import { open, type OpenedModel } from "../../src/model/open.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession, type Session } from "../../src/runtime/session.ts";
import { characters, goldenFolder, variants } from "./golden-checkpoint.ts";

interface Case {
  readonly prompt: readonly number[];
  readonly written: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/generate.json", import.meta.url), "utf8")) as {
  readonly newTokens: number;
  readonly checkpoints: Readonly<Record<string, readonly Case[]>>;
}; // written by test/golden/make/generate.py

async function openGolden(
  variant: (typeof variants)[number],
): Promise<{ readonly session: Session; readonly config: LlamaConfig }> {
  const folder = goldenFolder(variant);
  const config = readLlamaConfig(await readConfig(folder));
  const { weights } = mappedWeights(await readCheckpointTensors(folder), folder);
  return { session: await createSession(emit(llamaGraph(config, weights))), config };
}

describe("model/generate", () => {
  for (const variant of variants) {
    for (const size of [1, 8]) {
      it(`${size} at a time, the ${variant} checkpoint writes the tokens that transformers writes`, async () => {
        const { session: opened, config } = await openGolden(variant);
        using session = opened;
        const cases = golden.checkpoints[variant] ?? [];
        assert.equal(cases.length, 20);
        assert.ok(cases.every(({ written }) => new Set(written).size >= 10));
        const { signal } = new AbortController();
        for (let start = 0; start < cases.length; start += size) {
          const batch = cases.slice(start, start + size);
          const prompts = batch.map(({ prompt }) => prompt);
          const written: number[][] = prompts.map(() => []);
          const onToken = (sequence: number, id: number): boolean =>
            (written[sequence]?.push(id) ?? golden.newTokens) < golden.newTokens;
          const slotCount = Math.max(...prompts.map((prompt) => prompt.length)) + golden.newTokens;
          await decode({ session, config }, { prompts, slotCount, onToken, signal });
          assert.deepEqual(
            written,
            batch.map((one) => one.written),
          );
        }
      });
    }
  }

  describe("as text", () => {
    const cases = (golden.checkpoints.gqa ?? []).slice(1, 12);

    async function generate(
      change: Partial<LlamaConfig>,
      request: (one: Case) => Partial<GenerationRequest>,
    ): Promise<readonly Generation[]> {
      const { session: opened, config } = await openGolden("gqa");
      using session = opened;
      const parts = { session, config: { ...config, ...change }, tokenizer: characters };
      const base = { stop: [], maxNewTokens: golden.newTokens };
      return await generateOf(parts)(
        cases.map((one) => ({ context: characters.decode(one.prompt), ...base, ...request(one) })),
      );
    }

    function expected(one: Case, length: number, extra = 0): Generation {
      const text = characters.decode(one.written.slice(0, length));
      return { text, tokenCount: length + extra, truncatedTokens: 0 };
    }

    it("texts come in the order of the requests, each as long as it may be", async () => {
      assert.deepEqual(
        await generate({}, () => ({})),
        cases.map((one) => expected(one, golden.newTokens)),
      );
      assert.deepEqual(
        await generate({}, (one) => ({ maxNewTokens: 1 + (one.prompt.length % 5) })),
        cases.map((one) => expected(one, 1 + (one.prompt.length % 5))),
      );
    });

    it("a text ends before its first stop string", async () => {
      const stopOf = ({ written }: Case): string[] => ["never", characters.decode(written.slice(6, 8))];
      assert.deepEqual(
        await generate({}, (one) => ({ stop: stopOf(one) })),
        cases.map((one) => {
          const place = characters.decode(one.written).indexOf(stopOf(one)[1] ?? "");
          return expected(one, place, 2);
        }),
      );
    });

    it("a text ends before the end-of-text token", async () => {
      const [first] = cases;
      const eosTokenId = first?.written[5] ?? -1;
      const found = await generate({ eosTokenId }, () => ({}));
      assert.deepEqual(
        found,
        cases.map((one) => {
          const place = one.written.indexOf(eosTokenId);
          return expected(one, place < 0 ? golden.newTokens : place);
        }),
      );
      assert.ok((found[0]?.tokenCount ?? 20) <= 5);
    });
  });

  describe("of a random checkpoint", () => {
    let folder = "";
    let model: OpenedModel;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "sightlab-generate-"));
      await writeRandomCheckpoint(folder, { seed: 5, contextLength: 700 });
      model = await open(folder);
    });
    after(async () => {
      model[Symbol.dispose]();
      await rm(folder, { recursive: true });
    });

    it("each token is the most likely one after a prompt longer than a pass takes", async () => {
      const context = "A prompt that is long, and goes on. ".repeat(16);
      const [found] = await model.generate([{ context, stop: [], maxNewTokens: 3 }]);
      const ids = [...model.tokenizer.encode(context)];
      const written: number[] = [];
      const V = model.config.vocabularySize;
      for (let step = 0; step < 3; step++) {
        const last = (await model.logits([ids])).data.slice(-V);
        const best = last.indexOf(Math.max(...last));
        ids.push(best);
        written.push(best);
      }
      assert.equal(found?.text, model.tokenizer.decode(written, { skipSpecialTokens: true }));
    });

    it("a context that leaves no room is an error, or is cut on the left and counted", async () => {
      const request = { context: "0123456789".repeat(70), stop: [], maxNewTokens: 4 };
      await assert.rejects(model.generate([request]), {
        name: "RangeError",
        message: 'Cannot continue request 0: expected a context of at most 696 tokens, or truncation "left", got 700',
      });
      const [cut] = await model.generate([request], { truncation: "left" });
      const [short] = await model.generate([{ ...request, context: request.context.slice(4) }]);
      assert.deepEqual(cut, { ...short, truncatedTokens: 4 });
      await assert.rejects(model.generate([{ ...request, maxNewTokens: 700 }]), {
        name: "RangeError",
        message: "Cannot continue request 0: expected maxNewTokens in [1, 700), got 700",
      });
    });

    const drawn = { context: "Once upon", stop: [], maxNewTokens: 12, sampling: { temperature: 2, seed: 3 } };

    it("a seed gives the same text alone and in a batch, another seed another text", async () => {
      const other = { ...drawn, sampling: { ...drawn.sampling, seed: 4 } };
      const greedy = { ...drawn, sampling: undefined };
      const requests = [other, drawn, { context: "A longer one, greedy", stop: [], maxNewTokens: 5 }, drawn];
      const together = await model.generate(requests);
      const [alone] = await model.generate([drawn]);
      const [withoutDrawing] = await model.generate([{ context: greedy.context, stop: [], maxNewTokens: 12 }]);
      assert.deepEqual([together[1], together[3]], [alone, alone]);
      assert.notEqual(together[0]?.text, alone?.text);
      assert.notEqual(withoutDrawing?.text, alone?.text);
      const [greedyBeside] = await model.generate([requests[2] ?? drawn]);
      assert.deepEqual(together[2], greedyBeside);
      const most = { ...drawn, sampling: { temperature: 2, topK: 1, seed: 9 } };
      assert.deepEqual((await model.generate([most]))[0], withoutDrawing);
    });

    it("the end token cannot come before minNewTokens", async () => {
      const ended = { ...model.config, eosTokenId: 0 };
      const session = { run: biased, inputs: [], outputs: [] };
      async function biased(): Promise<Readonly<Record<string, Tensor>>> {
        const logits = tensor("f32", [1, 4], Float32Array.of(9, 1, 2, 3));
        return Promise.resolve({ logits, greedy: tensor("i64", [1], BigInt64Array.of(0n)) });
      }
      const decoder = { session: session as unknown as Session, config: { ...ended, layerCount: 0 } }; // what is used of it
      const generate = generateOf({ ...decoder, tokenizer: model.tokenizer });
      const request = { context: "x", stop: [], maxNewTokens: 5 };
      const counts = (await generate([request, { ...request, minNewTokens: 3 }].slice(0, 1))).concat(
        await generate([{ ...request, minNewTokens: 3 }]),
      );
      assert.deepEqual(
        counts.map(({ tokenCount }) => tokenCount),
        [0, 3],
      );
      await assert.rejects(generate([{ ...request, minNewTokens: 6 }]), {
        name: "RangeError",
        message: "Cannot continue request 0: expected minNewTokens in [0, 5], got 6",
      });
    });

    it("stream() gives the text in pieces, and the whole at the end", async () => {
      const request = { ...drawn, stop: ["\u0001never"], maxNewTokens: 30 };
      const pieces: string[] = [];
      const stream = model.stream(request);
      let step = await stream.next();
      for (; step.done !== true; step = await stream.next()) pieces.push(step.value);
      const [whole] = await model.generate([request]);
      assert.deepEqual(step.value, whole);
      assert.equal(pieces.join(""), whole?.text);
      assert.ok(pieces.length > 5, `${pieces.length} pieces`);
      assert.ok(pieces.slice(0, -1).every((piece) => !piece.endsWith("\uFFFD")));
    });

    it("leaving a stream stops the generation", async () => {
      const progress: ProgressEvent[] = [];
      const { signal } = new AbortController();
      await runInTask({ signal, progress: (event) => progress.push(event) }, async () => {
        for await (const piece of model.stream({ ...drawn, maxNewTokens: 600 })) {
          assert.notEqual(piece, "");
          break;
        }
      });
      assert.deepEqual(progress, []);
      await assert.rejects(model.stream({ ...drawn, maxNewTokens: 0 }).next(), { name: "RangeError" });
    });

    it("pieces of several texts come with the number of their request", async () => {
      const texts = ["", "", ""];
      const requests = [drawn, { ...drawn, sampling: { seed: 5 } }, { context: "Q", stop: [], maxNewTokens: 4 }];
      const found = await model.generate(requests, {
        onText: (index, piece) => (texts[index] = (texts[index] ?? "") + piece),
      });
      assert.deepEqual(
        texts,
        found.map(({ text }) => text),
      );
    });

    it("a model whose weights are not numbers is an error, not a text", async () => {
      const broken = join(folder, "broken");
      const name = "model.layers.0.mlp.up_proj.weight";
      const stored = (await readCheckpointTensors(folder)).get(name);
      assert.ok(stored !== undefined);
      const { dtype, shape, data } = await readFloats(stored);
      const changed = new Map([[name, { dtype, shape, data: data.fill(NaN, 0, 1) }]]);
      await saveCheckpoint(broken, { from: folder, changed });
      using opened = await open(broken);
      await assert.rejects(opened.generate([drawn]), {
        name: "RangeError",
        message:
          "Cannot continue text 0 of a batch: expected logits, got NaN; a weight of the checkpoint is NaN or infinite",
      });
    });

    it("a request that cannot be is named", async () => {
      const rejects = async (change: Partial<GenerationRequest>, name: string, message: string): Promise<void> => {
        await assert.rejects(model.generate([{ ...drawn, ...change }]), { name, message });
      };
      await rejects(
        { stop: [""] },
        "RangeError",
        "Cannot continue request 0: expected stop strings with characters, got an empty one",
      );
      await rejects(
        { images: [new Uint8Array(3)] },
        "TypeError",
        "Cannot continue request 0: expected text alone, as this model sees no pictures, got 1 pictures",
      );
    });

    it("stopping throws CancelledError and leaves the model usable", async () => {
      const controller = new AbortController();
      const requests = Array.from({ length: 20 }, (_, i) => ({ context: `Q${i}`, stop: [], maxNewTokens: 5 }));
      let told = 0;
      const stopped = model.generate(requests, {
        signal: controller.signal,
        onGenerated: () => {
          told += 1;
          controller.abort();
        },
      });
      await assert.rejects(stopped, { name: "AbortError" });
      assert.equal(told, 8);
      assert.equal((await model.generate(requests.slice(0, 2))).length, 2);
      assert.deepEqual(await model.generate([]), []);
    });
  });
});
