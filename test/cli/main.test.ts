import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { loadResults } from "../../src/result/file.ts";
import { resultRow, sampleRows } from "../../src/result/table.ts";
import { startFileServer } from "../data/file-server.ts";
import { startChatServer } from "../eval/chat-server.ts";
import { needRealFiles } from "../eval/real-data.ts";
import { sampleFolder } from "../eval/sample-folder.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ["--import", "tsx", main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (err += text.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (status) => {
      resolve({ status, out, err });
    });
  });
  return { child, ended };
}

const run = (...args: string[]): Promise<Ended> => start(...args).ended;

describe("cli/main", function () {
  this.timeout(120_000);
  const data = sampleFolder();
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-cli-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("says what there is, and rejects what there is not with status 2", async () => {
    const [help, unknown, usage] = await Promise.all([run(), run("train"), run("eval", "--help")]);
    assert.deepEqual([help.status, unknown.status, usage.status], [0, 2, 0]);
    assert.match(help.out, /eval .*\n.*requests .*\n.*data .*\n.*quickstart /);
    assert.match(unknown.err, /^Cannot find command "train"/);
    assert.match(usage.out, /--benchmarks truthfulqa,ethics/);
  });

  it("requests prints what a model is asked, one line a request", async () => {
    const { status, out } = await run("requests", "ethics_cm", "--data", data.folder, "--limit", "2", "--shots", "0");
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as [string, string]);
    assert.equal(status, 0);
    assert.deepEqual(
      lines.map(([, continuation]) => continuation),
      [" yes", " no", " yes", " no"],
    );
    assert.match(lines[0]?.[0] ?? "", /\nQuestion: Is this wrong\?\nAnswer:$/);
  });

  it("requests --sha256 prints the harness's hash", async function () {
    const folderOfReal = needRealFiles(this, "truthfulqa");
    const { out } = await run("requests", "truthfulqa_mc", "--version", "1", "--data", folderOfReal, "--sha256");
    assert.equal(out, "1e07020e9cf41d46ed65312eb39d2b8e6599673d4f0d6b67c0d0eba0efb493bb\n");
  });

  it("data pulls from a mirror, adds, and lists what is here with rows and licence", async function () {
    const real = needRealFiles(this, "gsm8k");
    const names = ["test.jsonl", "train.jsonl"];
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(join(real, "gsm8k", name))] as const),
    );
    const server = await startFileServer(Object.fromEntries(files));
    const [pulled, added] = [join(folder, "pulled"), join(folder, "added")];
    try {
      server.behave("train.jsonl", { breakAfter: 1_000_000 }, {});
      const pull = await run("data", "pull", "gsm8k", "--data", pulled, "--from", server.address);
      assert.equal(pull.out, "test.jsonl: pulled, verified\ntrain.jsonl: pulled, verified\n");
      assert.match(pull.err, /^GSM8K.*Licence: MIT.*\nDownloading test.jsonl: 0\.7 MB in /);
      const add = await run("data", "add", "gsm8k", join(pulled, "gsm8k"), "--data", added);
      assert.match(add.out, /^test.jsonl: verified, linked to .*\ntrain.jsonl: verified, linked to .*\n$/);
      for (const at of [pulled, added]) {
        const list = await run("data", "list", "gsm8k", "--data", at);
        assert.match(list.out, /gsm8k: .*\n {2}2 of 2 files \(2 verified\), 8792 of 8792 rows; licence MIT\n/);
        assert.match(list.out, /train.jsonl: here, verified, 7473 rows\n$/);
      }
      server.behave("test.jsonl", { bytes: Buffer.from("other") });
      const bad = await run("data", "pull", "gsm8k", "--data", join(folder, "bad"), "--from", server.address);
      assert.equal(bad.status, 1);
      assert.match(bad.err, /Cannot take "test.jsonl" from ".*": expected SHA-256 .*, got .* \(5 bytes, thrown away\)/);
    } finally {
      await server.close();
    }
  });

  it("tells wrong tasks, versions, shots, options and folders in one sentence", async () => {
    const cases = [
      [["requests", "x"], 1, /^Cannot find benchmark "x": expected one of /],
      [["requests", "ethics_cm", "--version", "9"], 1, /^Cannot find version "9" of "ethics_cm"/],
      [["requests", "ethics_cm", "--shots", "5"], 1, /^Cannot ask ethics_cm with 5 shots: expected 0\n$/],
      [["data", "pull", "x"], 1, /^Cannot find dataset "x": expected one of /],
      [["data", "fetch", "ethics"], 2, /^Cannot read the command: expected one of\nsightlab data pull/],
      [["requests", "ethics_cm", "--limit", "0"], 2, /^Cannot read --limit: expected a number of at least 1/],
      [["requests", "ethics_cm", "--data", folder], 1, /^Cannot find dataset "ethics" in the data folder/],
      [["requests", "ethics_cm", "--shot", "0"], 1, /Unknown option '--shot'/],
      [["eval", "--benchmarks", "ethics"], 2, /^Cannot evaluate: expected --model <folder>/],
    ] as const;
    const ended = await Promise.all(cases.map(([args]) => run(...args)));
    for (const [index, [args, status, words]] of cases.entries()) {
      assert.equal(ended[index]?.status, status, args.join(" "));
      assert.match(ended[index].err, words);
    }
  });

  it("quickstart writes two checkpoints of at most 2 MB, the same bytes every time", async () => {
    const place = join(folder, "quickstart");
    const bytes = async (): Promise<Buffer> => readFile(join(place, "quickstart-a", "model.safetensors"));
    assert.equal((await run("quickstart", place)).status, 0);
    const first = await bytes();
    assert.equal((await run("quickstart", place)).status, 0);
    assert.deepEqual(await bytes(), first);
    assert.deepEqual(await readdir(place), ["quickstart-a", "quickstart-b"]);
    for (const name of await readdir(place)) {
      const files = await readdir(join(place, name));
      const sizes = await Promise.all(files.map(async (file) => (await stat(join(place, name, file))).size));
      assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 2 * 2 ** 20);
    }
  });

  it("eval prints the table, estimates the time before, and keeps every sample", async () => {
    const place = join(folder, "checkpoints");
    const out = join(folder, "results.arrow");
    await run("quickstart", place);
    const [base, model] = ["quickstart-a", "quickstart-b"].map((name) => join(place, name));
    const ended = await run(
      ...["eval", "--base", base ?? "", "--model", model ?? "", "--benchmarks", "truthfulqa_mc,ethics_cm"],
      ...[
        "--seed",
        "7",
        "--shots",
        "0",
        "--limit",
        "12",
        "--data",
        data.folder,
        "--out",
        out,
        "--besides",
        "paper:table-1",
      ],
    );
    assert.equal(ended.status, 0, ended.err);
    assert.match(ended.err, /^About .*: 24 questions with 2 models and 2 language checks, /);
    const check = /^Language check, nats per token .*: quickstart-a \d\.\d{3} \(\d\.\d{3}\), quickstart-b \d/m;
    assert.match(ended.out, check);
    assert.match(ended.out, /Measured here\nquickstart-a .*\nquickstart-b .*\(.*\).*\n/);
    assert.match(ended.out, /Paper, Table 1/);
    const results = await loadResults(out);
    assert.equal(sampleRows(results).length, 48);
    assert.deepEqual(
      results.language.map(({ model: name, tokens }) => [name, tokens >= 10_000]),
      [
        ["quickstart-a", true],
        ["quickstart-b", true],
      ],
    );
    const key = { model: "quickstart-b", benchmark: "ethics_cm", metric: "acc" };
    assert.deepEqual([resultRow(results, key).base, resultRow(results, key).n], ["quickstart-a", 12]);
    assert.equal(resultRow(results, key).seed, 7);
    assert.match(results.provenance.command ?? "", /^sightlab eval --base /);
    assert.match(await readFile(`${out}.answers.jsonl`, "utf8"), /^\{"sightlab":"answers"/);
  });

  it("eval --no-language-check leaves it out, and the table says so", async () => {
    const place = join(folder, "unchecked");
    await run("quickstart", place);
    const models = ["--base", join(place, "quickstart-a"), "--model", join(place, "quickstart-b")];
    const rest = ["--benchmarks", "ethics_cm", "--limit", "2", "--data", data.folder];
    const ended = await run("eval", ...models, ...rest, "--no-language-check");
    assert.equal(ended.status, 0, ended.err);
    assert.match(ended.err, /: 2 questions with 2 models, measured/);
    assert.match(ended.out, /^No language check of quickstart-a, quickstart-b: a gain may be forgetting\.$/m);
  });

  it("eval asks an endpoint by chat, within its budget, and goes on with a larger one", async () => {
    const server = await startChatServer();
    try {
      const out = join(folder, "chat.arrow");
      const model = `${server.address}#gpt-x`;
      const args = ["eval", "--model", model, "--benchmarks", "ethics_cm", "--chat", "--key-variable", "none"];
      const rest = ["--data", data.folder, "--limit", "12", "--out", out];
      const stopped = await run(...args, ...rest, "--max-requests", "5");
      assert.equal(stopped.status, 1);
      assert.match(stopped.err, /Stopped at the budget: expected at most 5 requests, got there with 5 requests/);
      assert.equal(server.seen[0]?.authorization, undefined);
      const whole = await run(...args, ...rest);
      assert.equal(whole.status, 0, whole.err);
      assert.match(whole.out, /\n {2}gpt-x |\ngpt-x /);
      assert.equal(server.seen.length, 12, "what was answered is not asked again");
      const [row] = sampleRows(await loadResults(out));
      assert.deepEqual([row?.benchmark, row?.response], ["ethics_cm_chat", "yes"]);
    } finally {
      await server.close();
    }
  });

  it("Ctrl-C stops a run, says so, and leaves no results behind", async function () {
    const real = needRealFiles(this, "ethics");
    const place = join(folder, "stopped");
    await run("quickstart", place);
    const out = join(folder, "stopped.arrow");
    const model = join(place, "quickstart-a");
    const { child, ended } = start("eval", "--model", model, "--benchmarks", "ethics", "--data", real, "--out", out);
    child.stderr?.on("data", (text: Buffer) => {
      if (text.toString().includes("About ")) setTimeout(() => child.kill("SIGINT"), 200);
    });
    const { status, err } = await ended;
    assert.equal(status, 130, err);
    assert.match(err, /\nStopped (?:scoring ETHICS \w+ with quickstart-a|hashing \S+)\n$/);
    assert.equal(existsSync(out), false);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });
});
