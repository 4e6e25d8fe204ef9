import assert from "node:assert/strict";

import { type KernelClient } from "./client.ts";
import { sharedKernel } from "./shared.ts";

describe("kernel: shell", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  it("kernel_info names language, protocol and version", async () => {
    const info = await kernel.request("kernel_info_request", {});
    assert.equal(info.status, "ok");
    assert.equal(info.implementation, "sightlab");
    assert.equal(info.debugger, false);
    assert.equal(info.protocol_version, "5.4");
    assert.deepEqual(info.supported_features, [], "neither a debugger nor subshells");
    for (const { text, url } of info.help_links as { text: string; url: string }[]) assert.match(url, /^https:/, text);
    const language = info.language_info as Record<string, unknown>;
    assert.deepEqual([language.name, language.version, language.file_extension], ["typescript", "6.0.3", ".ts"]);
  });

  it("answers each request between busy and idle", async () => {
    const id = await kernel.send("shell", "kernel_info_request", {});
    await kernel.reply(id);
    await kernel.until(() => (kernel.publishedFor(id).length > 1 ? true : undefined), "idle");
    assert.deepEqual(
      kernel.publishedFor(id).map(({ content }) => content.execution_state as unknown),
      ["busy", "idle"],
    );
  });

  it("completes members of values of earlier cells, with their kinds", async () => {
    await kernel.run("const completed = { alpha: 1, beta(n: number) { return n } }");
    const reply = await kernel.request("complete_request", { code: "1;\ncompleted.", cursor_pos: 13 });
    assert.deepEqual(reply.matches, ["alpha", "beta"]);
    assert.deepEqual([reply.cursor_start, reply.cursor_end], [13, 13]);
    const { _jupyter_types_experimental: typed } = reply.metadata as { _jupyter_types_experimental: unknown[] };
    assert.deepEqual(typed[1], { text: "beta", type: "method", start: 13, end: 13 });
  });

  it("completes names of earlier cells and counts code points", async () => {
    await kernel.run("const completedName = 1");
    const reply = await kernel.request("complete_request", { code: "'😀'; completedN", cursor_pos: 15 });
    assert.deepEqual([reply.matches, reply.cursor_start, reply.cursor_end], [["completedName"], 5, 15]);
  });

  it("completes nothing in a number, at a wild cursor or in broken code", async () => {
    for (const [code, cursor_pos] of [
      ["12", 2],
      ["((((", 1e9],
      ["", 0],
      ["const = = =", 7],
    ] as const) {
      assert.equal((await kernel.request("complete_request", { code, cursor_pos })).status, "ok");
    }
  });

  it("inspects a name with its type and documentation, in two levels", async () => {
    await kernel.run("/** Adds two numbers. */\nfunction addTwo(a: number, b: number): number { return a + b }");
    for (const [cursor_pos, detail_level] of [
      [3, 0],
      [6, 0],
      [7, 1],
    ]) {
      const { found, data } = await kernel.request("inspect_request", {
        code: "addTwo(1, 2)",
        cursor_pos,
        detail_level,
      });
      assert.equal(found, true);
      const text = (data as Record<string, string>)["text/plain"] ?? "";
      assert.match(text, /addTwo\(a: number, b: number\): number/);
      assert.match(text, /Adds two numbers/);
      assert.equal(text.includes("declare function addTwo"), detail_level === 1);
    }
    const nothing = await kernel.request("inspect_request", { code: "  ", cursor_pos: 1, detail_level: 0 });
    assert.deepEqual([nothing.status, nothing.found, nothing.data], ["ok", false, {}]);
  });

  for (const [code, signature, documentation] of [
    ["console.log", /log\(message\?: any/, /^Prints to `stdout` with newline/m],
    ["[1].map", /map<U>\(callbackfn/, /^Calls a defined callback function.*\n\n@param callbackfn A function/m],
    [
      "import { readFileSync } from 'node:fs'; readFileSync",
      /readFileSync\(path/,
      /^Returns the contents of the `path`/m,
    ],
  ] as const) {
    it(`inspects ${code.split(" ").at(-1) ?? ""} of the library with its documentation`, async () => {
      const request = { code, cursor_pos: code.length, detail_level: 0 };
      const { data } = await kernel.request("inspect_request", request);
      const text = (data as Record<string, string>)["text/plain"] ?? "";
      assert.match(text, signature);
      assert.match(text, documentation);
    });
  }

  for (const [code, status, indent] of [
    ["1 + 1", "complete"],
    ["await fetch('x')", "complete"],
    ["const a = 'x'\n", "complete"],
    ["function f() {", "incomplete", "  "],
    ["if (a) {\n  for (;;) {", "incomplete", "    "],
    ["`template", "incomplete", ""],
    ["/* comment", "incomplete", ""],
    ["foo(1,", "incomplete", ""],
    ["a +", "incomplete", ""],
    ["1 +* 2", "invalid"],
    ["'unterminated", "invalid"],
    ["}", "invalid"],
  ] as const) {
    it(`is_complete: ${JSON.stringify(code)} is ${status}`, async () => {
      const reply = await kernel.request("is_complete_request", { code });
      assert.deepEqual(reply, indent === undefined ? { status } : { status, indent });
    });
  }

  it("answers comm_info with no comms", async () => {
    assert.deepEqual(await kernel.request("comm_info_request", { target_name: "nobody's" }), {
      status: "ok",
      comms: {},
    });
  });

  it("a cell stays busy while another request is answered", async () => {
    const id = await kernel.execute("await new Promise((r) => setTimeout(r, 300))");
    await kernel.request("complete_request", { code: "Mat", cursor_pos: 3 });
    const states = kernel.published
      .filter(({ type }) => type === "status")
      .map(({ content }) => content.execution_state as unknown);
    assert.equal(states.at(-1), "busy");
    await kernel.outcome(id);
  });
});
