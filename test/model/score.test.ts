import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Loglikelihood, LoglikelihoodRequest } from "../../src/base/language-model.ts";
import { type ProgressEvent, runInTask } from "../../src/base/task.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readFloats } from "../../src/data/safetensors.ts";
import { emit } from "../../src/graph/emit.ts";
import { open, type OpenedModel } from "../../src/model/open.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";
import { saveCheckpoint } from "../../src/model/save-checkpoint.ts";
import { loglikelihoodOf } from "../../src/model/score.ts";
import { createSession, type Session } from "../../src/runtime/session.ts";
import { characters, checkpointGraph, goldenGraph, readGolden, variants } from "./golden-checkpoint.ts";

function closeTo(found: readonly Loglikelihood[], wanted: readonly Loglikelihood[], tolerance: number): void {
  assert.equal(found.length, wanted.length);
  found.forEach((score, i) => {
    const other = wanted[i];
    assert.ok(other !== undefined);
    assert.ok(Math.abs(score.sumNats - other.sumNats) < tolerance, `${i}: ${score.sumNats}, ${other.sumNats}`);
    assert.deepEqual({ ...score, sumNats: 0 }, { ...other, sumNats: 0 });
  });
}

describe("model/score", () => {
  for (const variant of variants) {
    it(`continuations of the ${variant} checkpoint score as in transformers`, async () => {
      const { graph, config } = await goldenGraph(variant);
      const { continuations } = readGolden(variant);
      using session = await createSession(emit(graph));
      const requests = continuations.map(({ context, continuation }) => ({
        context: characters.decode(context),
        continuation: characters.decode(continuation),
      }));
      const wanted = continuations.map(({ sumNats, isGreedy, continuation }) => ({
        sumNats,
        isGreedy,
        tokenCount: continuation.length,
        truncatedTokens: 0,
      }));
      closeTo(await loglikelihoodOf({ session, config, tokenizer: characters })(requests), wanted, 1e-4);
      assert.ok(wanted.some(({ isGreedy }) => isGreedy) && wanted.some(({ isGreedy }) => !isGreedy));
    });
  }

  describe("on a random checkpoint", () => {
    let folder = "";
    let model: OpenedModel;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "sightlab-score-"));
      await writeRandomCheckpoint(folder, { seed: 3, contextLength: 640 });
      model = await open(folder);
    });
    after(async () => {
      model[Symbol.dispose]();
      await rm(folder, { recursive: true });
    });

    /** Questions after a long common start, answers that start alike, and odd ones out. */
    function sharedRequests(): LoglikelihoodRequest[] {
      const preset = "Q: What is this?\nA: A question.\n\n".repeat(11); // longer than one pass takes
      const answers = ["yes", "yes, of course it is", "no", "No one knows", "é", "x".repeat(90)];
      const asked = ["Is it?", "Is it not?", "Why would anybody ask such a question at all?"].flatMap((question) =>
        answers.map((answer) => ({ context: `${preset}Q: ${question}\nA:`, continuation: ` ${answer}` })),
      );
      return [
        ...asked,
        { context: "", continuation: "alone" },
        { context: "Q", continuation: ":" },
        ...asked.slice(0, 2),
      ];
    }

    it("requests together score as one by one, to 1e-5 of their sum", async () => {
      const requests = sharedRequests();
      const together = await model.loglikelihood(requests);
      for (const [index, request] of requests.entries()) {
        const [alone] = await model.loglikelihood([request]);
        assert.ok(alone !== undefined);
        closeTo([together[index] ?? alone], [alone], 1e-5 * Math.abs(alone.sumNats));
      }
    });

    it("tokens that requests share are computed once", async () => {
      let tokens = 0;
      let passes = 0;
      const { graph, config } = await checkpointGraph(folder);
      using session = await createSession(emit(graph));
      const counted = counting(session, (count) => {
        tokens += count;
        passes += 1;
      });
      const requests = sharedRequests();
      await loglikelihoodOf({ session: counted, config, tokenizer: model.tokenizer })(requests);
      const apart = requests.reduce((sum, { context, continuation }) => sum + context.length + continuation.length, 0);
      assert.ok(tokens < apart / 6, `${tokens} of ${apart}`);
      assert.ok(passes < 20, String(passes));
    });

    it("an empty context is the end-of-text token", async () => {
      const [found] = await model.loglikelihood([{ context: "", continuation: "ab" }]);
      const logits = await model.logits([[2, ...model.tokenizer.encode("a")]]);
      const V = model.config.vocabularySize;
      const wanted = model.tokenizer
        .encode("ab")
        .reduce((sum, id, place) => sum + logProbability(logits.data.subarray(place * V, (place + 1) * V), id), 0);
      assert.ok(Math.abs((found?.sumNats ?? NaN) - wanted) < 1e-4, `${found?.sumNats ?? NaN}, ${wanted}`);
    });

    it("a request longer than the context is an error, or is cut on the left and counted", async () => {
      const long = { context: "0123456789".repeat(70), continuation: " yes" }; // 704 tokens for a window of 640
      await assert.rejects(model.loglikelihood([{ context: "a", continuation: "b" }, long]), {
        name: "RangeError",
        message: 'Cannot score request 1 (" yes"): expected at most 641 tokens, or truncation "left", got 704',
      });
      const [cut] = await model.loglikelihood([long], { truncation: "left" });
      const [short] = await model.loglikelihood([{ ...long, context: long.context.slice(63) }]);
      assert.ok(cut !== undefined && short !== undefined);
      assert.equal(cut.truncatedTokens, 63);
      assert.equal(short.truncatedTokens, 0);
      assert.ok(Math.abs(cut.sumNats - short.sumNats) < 1e-5);
    });

    it("a continuation without tokens, too long, or outside the vocabulary names the request", async () => {
      await assert.rejects(model.loglikelihood([{ context: "a", continuation: "" }]), {
        name: "RangeError",
        message: 'Cannot score request 0 (""): expected a continuation of at least one token, got none',
      });
      await assert.rejects(
        model.loglikelihood([{ context: "a", continuation: "b".repeat(641) }], { truncation: "left" }),
        {
          name: "RangeError",
          message: `Cannot score request 0 ("${"b".repeat(40)}…"): expected a continuation of at most 640 tokens, got 641`,
        },
      );
      const { graph, config } = await goldenGraph("tied");
      using session = await createSession(emit(graph));
      await assert.rejects(
        loglikelihoodOf({ session, config, tokenizer: characters })([{ context: "a", continuation: "Ā漢" }]),
        {
          name: "RangeError",
          message: 'Cannot score request 0 ("Ā漢"): expected ids below the vocabulary of 259, got 28450',
        },
      );
    });

    it("a model whose weights are not numbers is an error, not a score", async () => {
      const broken = join(folder, "broken");
      const name = "model.layers.1.mlp.up_proj.weight";
      const stored = (await readCheckpointTensors(folder)).get(name);
      assert.ok(stored !== undefined);
      const { dtype, shape, data } = await readFloats(stored);
      await saveCheckpoint(broken, {
        from: folder,
        changed: new Map([[name, { dtype, shape, data: data.fill(NaN, 0, 1) }]]),
      });
      using opened = await open(broken);
      await assert.rejects(opened.loglikelihood([{ context: "a", continuation: "b" }]), {
        name: "RangeError",
        message:
          "Cannot score request 0: expected a log-probability, got NaN; a weight of the checkpoint is NaN or infinite",
      });
    });

    it("each score is told once, and no request gives no score", async () => {
      const told = new Map<number, Loglikelihood>();
      const requests = sharedRequests();
      const scores = await model.loglikelihood(requests, {
        onScored: (index, score) => {
          assert.ok(!told.has(index));
          told.set(index, score);
        },
      });
      assert.deepEqual(
        scores,
        requests.map((_, index) => told.get(index)),
      );
      assert.deepEqual(await model.loglikelihood([]), []);
    });

    it("stopping throws CancelledError at once and leaves the model usable", async () => {
      const controller = new AbortController();
      const told: number[] = [];
      const events: ProgressEvent[] = [];
      const task = { signal: controller.signal, progress: (event: ProgressEvent) => events.push(event) };
      const onScored = (index: number): void => {
        told.push(index);
        controller.abort();
      };
      const stopped = runInTask(task, () => model.loglikelihood(sharedRequests(), { onScored }));
      await assert.rejects(stopped, { name: "AbortError" });
      assert.ok(told.length < sharedRequests().length, String(told.length));
      assert.equal((await model.loglikelihood([{ context: "a", continuation: "b" }])).length, 1);
    });

    it("progress goes to the ambient task where nobody asks for the scores as they come", async () => {
      const events: ProgressEvent[] = [];
      const { signal } = new AbortController();
      const task = { signal, progress: (event: ProgressEvent) => events.push(event) };
      await runInTask(task, () => model.loglikelihood(sharedRequests().slice(0, 3)));
      assert.deepEqual(
        events.map(({ completed, total, state }) => [completed, total, state]),
        [
          [0, 3, "running"],
          [1, 3, "running"],
          [2, 3, "running"],
          [3, 3, "running"],
          [3, 3, "done"],
        ],
      );
    });
  });
});

/** A session that tells how many tokens each pass computes. */
function counting(session: Session, count: (tokens: number) => void): Session {
  return {
    ...session,
    inputs: session.inputs,
    outputs: session.outputs,
    run: (feeds, options) => {
      count(feeds.input_ids?.shape.reduce<number>((product, size) => product * size, 1) ?? 0);
      return session.run(feeds, options);
    },
  };
}

function logProbability(logits: Float32Array, id: number): number {
  const most = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  return (logits[id] ?? NaN) - most - Math.log(total);
}
