import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { type Generation, type GenerationRequest } from "../../src/base/language-model.ts";
import { askedByChat } from "../../src/eval/asked-by-chat.ts";
import { benchmarks } from "../../src/eval/benchmarks.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { type RemoteModel, remoteModel, type RemoteOptions } from "../../src/eval/remote-model.ts";
import { report } from "../../src/report/report.ts";
import { saveResults } from "../../src/result/file.ts";
import { resultRow, resultValue, sampleRows } from "../../src/result/table.ts";
import { chatAnswer, type ChatServer, startChatServer } from "./chat-server.ts";
import { sampleFolder } from "./sample-folder.ts";

const key = "sk-do-not-print-me-0123456789";
const environment = { MY_KEY: key };

describe("eval/remote-model", () => {
  const data = sampleFolder();
  let server: ChatServer;
  beforeEach(async () => {
    server = await startChatServer();
  });
  afterEach(() => server.close());

  function model(options: Partial<RemoteOptions> = {}): RemoteModel {
    return remoteModel({ address: server.address, model: "gpt-x", keyVariable: "MY_KEY", ...options }, environment);
  }

  const ask = (texts: readonly string[], change: Partial<GenerationRequest> = {}): GenerationRequest[] =>
    texts.map((context) => ({ context, stop: [], maxNewTokens: 5, ...change }));

  function generate(
    remote: RemoteModel,
    requests: readonly GenerationRequest[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<readonly Generation[]> {
    return remote.generate?.(requests, options) ?? Promise.reject(new Error("no generate"));
  }

  it("asks a chat, greedily, and cuts at every stop string", async () => {
    server.reply = () => ({ text: "one. two; three" });
    const stop = ["a", "b", "c", "d", ";"];
    const [found] = await generate(model({ system: "Be short." }), ask(["Q?"], { stop }));
    assert.deepEqual(found, { text: "one. two", tokenCount: 2, truncatedTokens: 0 });
    assert.deepEqual(server.seen[0]?.path, "/v1/chat/completions");
    assert.deepEqual(server.seen[0].authorization, `Bearer ${key}`);
    assert.deepEqual(server.seen[0].body, {
      model: "gpt-x",
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: "Q?" },
      ],
      temperature: 0,
      max_tokens: 5,
      stop: ["a", "b", "c", "d"],
    });
  });

  it("sends pictures where their markers stand, and the field that newer models want", async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1]);
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 2]);
    const remote = model({ seesImages: true, lengthField: "max_completion_tokens" });
    await generate(remote, ask(["See <image>\nand <image>\nhere"], { images: [png, jpeg] }));
    const { messages, max_completion_tokens: most, max_tokens: none } = server.seen[0]?.body ?? {};
    assert.deepEqual([most, none], [5, undefined]);
    assert.deepEqual(messages, [
      {
        role: "user",
        content: [
          { type: "text", text: "See " },
          { type: "image_url", image_url: { url: `data:image/png;base64,${png.toString("base64")}` } },
          { type: "text", text: "\nand " },
          { type: "image_url", image_url: { url: `data:image/jpeg;base64,${jpeg.toString("base64")}` } },
          { type: "text", text: "\nhere" },
        ],
      },
    ]);
    await assert.rejects(generate(remote, ask(["no marker"], { images: [png] })), { name: "RangeError" });
  });

  it("keeps the order of the requests, and so many at once and no more", async () => {
    server.reply = ({ body }) => {
      const text = /Q(\d+)/.exec(JSON.stringify(body))?.[1] ?? "";
      return { text, delayMs: (Number(text) * 7) % 20 };
    };
    const texts = Array.from({ length: 20 }, (_, index) => `Q${index}`);
    const found = await generate(model({ concurrency: 3 }), ask(texts));
    assert.deepEqual(
      found.map(({ text }) => `Q${text}`),
      texts,
    );
    assert.equal(Math.max(...server.seen.map(({ atOnce }) => atOnce)), 3);
  });

  it("waits as a busy server says, and tries again after trouble and broken connections", async () => {
    const troubles = [
      { json: "{" },
      { breaks: true },
      { status: 429, retryAfter: "0.3" },
      { status: 500, retryAfter: "0" },
    ] as const;
    server.reply = (_, index) => troubles[index] ?? { text: "yes" };
    const [found] = await generate(model(), ask(["Q"]));
    assert.equal(found?.text, "yes");
    assert.equal(server.seen.length, 5);
    assert.ok((server.seen[3]?.atMs ?? 0) - (server.seen[2]?.atMs ?? 0) >= 290);
  });

  it("gives up after so many tries, and never tries again what will not change", async () => {
    server.reply = () => ({ status: 503, retryAfter: "0" });
    await assert.rejects(generate(model({ tries: 3 }), ask(["Q"])), {
      message: /expected an answer, got status 503: .*\(3 tries\)/,
    });
    assert.equal(server.seen.length, 3);
    for (const [status, body] of [
      [401, "bad key"],
      [404, "no model"],
      [429, '{"error":{"message":"empty","code":"insufficient_quota"}}'],
    ] as const) {
      server.seen.length = 0;
      server.reply = () => ({ status, body });
      await assert.rejects(generate(model(), ask(["Q"])), {
        message: new RegExp(`Cannot ask "127.*": expected an answer, got status ${status}`),
      });
      assert.equal(server.seen.length, 1);
    }
  });

  it("a request that is refused is a sample without an answer; only refusals are an error", async () => {
    const body = JSON.stringify({ error: { message: "content policy" } });
    server.reply = (_, index) =>
      index === 1
        ? { status: 400, body }
        : index === 2
          ? { json: chatAnswer(null, {}, { refusal: "I will not" }) }
          : index === 3
            ? { json: chatAnswer("x", { finish_reason: "content_filter" }) }
            : { text: "yes" };
    const found = await generate(model({ concurrency: 1 }), ask(["a", "b", "c", "d", "e"]));
    assert.deepEqual(
      found.map(({ problem }) => problem),
      [
        undefined,
        "status 400: content policy",
        "refused: I will not",
        "withheld by the endpoint's content filter",
        undefined,
      ],
    );
    server.reply = () => ({ status: 400, body });
    await assert.rejects(generate(model({ concurrency: 1 }), ask(["a", "b", "c", "d", "e", "f"])), {
      message: /got refusals only: status 400: content policy/,
    });
  });

  it("spreads requests over the minute", async () => {
    await generate(model({ requestsPerMinute: 600, concurrency: 8 }), ask(["a", "b", "c", "d"]));
    const [first, , , last] = server.seen.map(({ atMs }) => atMs);
    assert.ok((last ?? 0) - (first ?? 0) >= 280, `${(last ?? 0) - (first ?? 0)} ms`);
  });

  it("stops before the budget of requests, tokens or dollars is overrun, and counts what was spent", async () => {
    const many = ask(Array.from({ length: 10 }, (_, index) => `Q${index}`));
    const prices = { input: 1000, output: 5000 };
    for (const [budget, requests] of [
      [{ requests: 3 }, 3],
      [{ tokens: 43 }, 4],
      [{ dollars: 0.09, prices }, 4],
    ] as const) {
      server.seen.length = 0;
      const remote = model({ budget, concurrency: 1 });
      await assert.rejects(generate(remote, many), {
        name: "BudgetError",
        message: new RegExp(
          `^Stopped at the budget: expected at most .*, got there with ${requests} requests, ${12 * requests} tokens`,
        ),
      });
      assert.equal(server.seen.length, requests);
      assert.deepEqual(remote.usage(), {
        requests,
        inputTokens: 10 * requests,
        outputTokens: 2 * requests,
        dollars: "prices" in budget ? (requests * (10 * 1000 + 2 * 5000)) / 1e6 : null,
      });
    }
    assert.throws(() => model({ budget: { dollars: 1 } }), { name: "TypeError", message: /expected prices/ });
  });

  it("stops at once where it is told to, and after a silence", async () => {
    server.reply = () => ({ hangs: true });
    const controller = new AbortController();
    const asked = generate(model(), ask(["Q"]), { signal: controller.signal });
    setTimeout(() => {
      controller.abort("enough");
    }, 50);
    await assert.rejects(asked, { name: "AbortError" });
    await assert.rejects(generate(model({ timeoutMs: 100, tries: 1 }), ask(["Q"])), {
      message: /got nothing for 0.1 s \(1 tries\)/,
    });
  });

  it("the key stands in no error, no printed model, no store and no results", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-remote-"));
    const said: string[] = [];
    try {
      const store = join(folder, "answers.jsonl");
      const remote = model();
      said.push(
        inspect(remote, { depth: 9, showHidden: true }),
        JSON.stringify(remote),
        (await remote.fingerprint?.({ recall: () => undefined, remember: () => Promise.resolve() })) ?? "",
      );
      server.reply = (_, index) =>
        index === 0 ? { status: 400, body: `bad request for Bearer ${key}` } : { text: "yes" };
      const chat = askedByChat(benchmarks.ethicsCm);
      const results = await evaluate([remote], [chat], { dataFolder: data.folder, store });
      await saveResults(results, join(folder, "results.arrow"));
      for (const file of ["answers.jsonl", "results.arrow"]) {
        said.push((await readFile(join(folder, file))).toString("latin1"));
      }
      assert.match(said.join(), /\[key\]/, "the endpoint's words are kept without it");
      for (const status of [401, 503]) {
        server.reply = () => ({ status, retryAfter: "0", body: `{"error":{"message":"Incorrect key ${key}"}}` });
        const error = await generate(model({ tries: 1 }), ask(["Q"])).catch((reason: unknown) => reason);
        said.push(inspect(error, { depth: 9, showHidden: true }));
        assert.match(said.at(-1) ?? "", /Incorrect key \[key\]/);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    for (const text of said) assert.equal(text.includes(key), false, text.slice(0, 200));
    assert.throws(() => remoteModel({ model: "m" }, {}), {
      message: /expected its key in the environment variable OPENAI_API_KEY, got none/,
    });
    assert.throws(
      () => model({ address: "http://me:pw@host/v1" }),
      (error: Error) => error instanceof TypeError && !error.message.includes("pw"),
    );
  });

  it("scores choices by echo where the endpoint offers it, in code points", async () => {
    const context = "Ünï 🙂 ctx";
    const offset = Array.from(context).length;
    const logprobs = {
      tokens: ["Ünï 🙂", " ctx", " yes", " sir"],
      token_logprobs: [null, -3, -0.5, -0.25],
      text_offset: [0, offset - 4, offset, offset + 4],
      top_logprobs: [null, { x: -1 }, { " yes": -0.5 }, { " madam": -0.1 }],
    };
    server.reply = () => ({ json: { choices: [{ logprobs }], usage: { prompt_tokens: 4, completion_tokens: 0 } } });
    const remote = model({ logProbabilities: "echo" });
    const score = (continuation: string): Promise<unknown> =>
      remote.loglikelihood?.([{ context, continuation }]).then(([found]) => found) ?? Promise.resolve(null);
    assert.deepEqual(await score(" yes sir"), { sumNats: -0.75, tokenCount: 2, isGreedy: false, truncatedTokens: 0 });
    assert.deepEqual(await score(" yes"), { sumNats: -0.5, tokenCount: 1, isGreedy: true, truncatedTokens: 0 });
    assert.deepEqual(server.seen[1]?.body, {
      model: "gpt-x",
      prompt: `${context} yes`,
      max_tokens: 0,
      temperature: 0,
      echo: true,
      logprobs: 1,
    });
    server.reply = () => ({
      json: { choices: [{ logprobs: { ...logprobs, text_offset: [0, 1, offset + 1, offset + 4] } }] },
    });
    assert.match(inspect(await score(" yes")), /stands over the border/);
    server.reply = () => ({ text: "no log-probabilities here" });
    assert.match(inspect(await score(" yes")), /without log-probabilities/);
    assert.equal("loglikelihood" in model(), false);
  });

  it("scores choices of one word by the likely first tokens of a chat, with one request a question", async () => {
    const top = [
      { token: "Yes", logprob: Math.log(0.5) },
      { token: " yes", logprob: Math.log(0.25) },
      { token: "no", logprob: Math.log(0.125) },
    ];
    server.reply = () => ({
      json: chatAnswer("Yes", { logprobs: { content: [{ token: "Yes", top_logprobs: top }] } }),
    });
    const remote = model({ logProbabilities: "first token" });
    const scores = await remote.loglikelihood?.(
      [" yes", " no", " maybe"].map((continuation) => ({ context: "Is it?", continuation })),
    );
    assert.deepEqual(
      scores?.map(({ sumNats, isGreedy, problem }) => [Number(Math.exp(sumNats).toFixed(6)), isGreedy, problem]),
      [
        [0.75, true, undefined],
        [0.125, false, undefined],
        [NaN, false, "not among the 3 likeliest first tokens"],
      ],
    );
    assert.equal(server.seen.length, 1);
    const { logprobs, top_logprobs: asked, max_tokens: most } = server.seen[0]?.body ?? {};
    assert.deepEqual([logprobs, asked, most], [true, 20, 1]);
  });

  it("chat() sends whole conversations", async () => {
    const turns = [
      { role: "user", content: "One?" },
      { role: "assistant", content: "Two." },
      { role: "user", content: "Three?" },
    ] as const;
    const found = await model().chat?.([turns], { stop: ["s"], maxNewTokens: 5 });
    assert.deepEqual(
      found?.map(({ text }) => text),
      ["ye"],
    );
    assert.deepEqual(server.seen[0]?.body.messages, turns);
  });

  it("ETHICS and TruthfulQA through chat: read answers are scored, others counted and shown", async () => {
    const rightOf = new Map<string, string>();
    const tasks = [benchmarks.ethicsCm, benchmarks.ethicsJustice, benchmarks.truthfulqaMc].map((task) =>
      askedByChat(task),
    );
    for (const task of tasks) {
      for (const { context, references } of (await task.load({ folder: data.folder })).items) {
        const right = references.find(({ isRight }) => isRight)?.text.trim() ?? "";
        rightOf.set(
          context,
          new RegExp(`^([A-Z])\\. ${right.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`, "m").exec(context)?.[1] ?? right,
        );
      }
    }
    server.reply = ({ body }, index) => {
      const [message] = body.messages as readonly { readonly content: string }[];
      const right = rightOf.get(message?.content ?? "") ?? "";
      return { text: index % 10 === 9 ? "That is hard to say." : `**${right}**.` };
    };
    const results = await evaluate([model({ concurrency: 1, identity: { name: "GPT" } })], tasks, {
      dataFolder: data.folder,
    });
    const row = (benchmark: string, metric: string): ReturnType<typeof resultRow> =>
      resultRow(results, { model: "GPT", benchmark, metric });
    for (const [benchmark, metric] of [
      ["ethics_cm_chat", "acc"],
      ["ethics_justice_chat", "acc"],
      ["truthfulqa_mc_chat", "mc1"],
    ] as const) {
      const { value, n, unscored } = row(benchmark, metric);
      assert.equal(value, 1, benchmark);
      assert.ok(unscored >= 2 && n > 15, `${benchmark} ${n} ${unscored}`);
    }
    assert.throws(
      () => resultValue(results, { model: "GPT", benchmark: "truthfulqa_mc_chat", metric: "mc2" }),
      RangeError,
    );
    const unread = sampleRows(results, { benchmark: "ethics_cm_chat" }).filter(({ problem }) => problem !== null);
    assert.deepEqual(
      new Set(unread.map(({ problem, response }) => `${problem ?? ""}: ${response ?? ""}`)),
      new Set(["the answer could not be read: That is hard to say."]),
    );
    assert.match(report.table(results).text, /ETHICS cm \(chat\) acc: 2 could not be scored and count in no number/);
  });
});
