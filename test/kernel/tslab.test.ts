import assert from "node:assert/strict";

import { type KernelClient, type Received } from "./client.ts";
import { sharedKernel } from "./shared.ts";

describe("kernel: tslab's display API", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
    const { error } = await kernel.run(`import * as tslab from "tslab"`);
    assert.equal(error, undefined, error?.traceback);
  });

  const shownBy = async (code: string): Promise<readonly Received[]> => {
    const { published, error } = await kernel.run(code);
    assert.equal(error, undefined, error?.traceback);
    return published.filter(({ type }) => type.endsWith("display_data"));
  };

  for (const [call, type, data] of [
    ["javascript('1')", "text/javascript", "1"],
    ["html('<b>')", "text/html", "<b>"],
    ["markdown('#')", "text/markdown", "#"],
    ["latex('$')", "text/latex", "$"],
    ["svg('<svg/>')", "image/svg+xml", "<svg/>"],
    ["png(Uint8Array.of(1))", "image/png", "AQ=="],
    ["jpeg(Buffer.from([1]))", "image/jpeg", "AQ=="],
    ["gif(Uint8Array.of(1))", "image/gif", "AQ=="],
    ["pdf(Uint8Array.of(1))", "application/pdf", "AQ=="],
    ["text('t')", "text/plain", "t"],
    ["raw('a/b', 'c')", "a/b", "c"],
    ["raw('a/b', Uint8Array.of(1))", "a/b", "AQ=="],
  ] as const) {
    it(`display.${call} shows ${type}`, async () => {
      const [message] = await shownBy(`tslab.display.${call}`);
      assert.deepEqual([message?.type, message?.content.data], ["display_data", { [type]: data }]);
    });
  }

  it("displaying is not a result", async () => {
    const { result, published } = await kernel.run(`tslab.display.html("<b>only</b>")`);
    assert.equal(result, undefined);
    assert.equal(published.filter(({ type }) => type === "display_data").length, 1);
  });

  // What tslab's own tests say of cells: tslab@1.0.22/src/executor.spec.ts, in words of ours.
  for (const [what, cells, result] of [
    [
      "variables are declared, read and changed across cells",
      ["let tsA = 2, tsB = 5;", "tsA += tsB; tsB = tsA * 10;", "[tsA, tsB]"],
      "[ 7, 70 ]",
    ],
    [
      "a function calls itself",
      ["function tsFib(n: number): number { return n < 2 ? n : tsFib(n - 1) + tsFib(n - 2) }", "tsFib(10)"],
      "55",
    ],
    ["a const is declared again with another type", ["const tsC = 3", "const tsC = 'three'", "tsC"], "'three'"],
    [
      "a class is extended in a later cell",
      [
        "class TsBase { hi() { return 'base' } }",
        "class TsSub extends TsBase { override hi() { return super.hi() + '+' } }",
        "new TsSub().hi()",
      ],
      "'base+'",
    ],
    [
      "an enum is read both ways, then its name is free",
      ["enum TsE { Up = 1, Down }", "[TsE.Down, TsE[2]]", "let TsE: null = null; TsE"],
      "null",
    ],
    [
      "a namespace import gives way to a variable",
      ["import * as tsOs from 'os'", "typeof tsOs.cpus", "let tsOs = 'os'; tsOs"],
      "'os'",
    ],
    ["a default import too", ["import tsPath from 'path'", "tsPath.sep", "let tsPath = 1; tsPath"], "1"],
    [
      "a named import is used later",
      ["import { createHash as tsHash } from 'crypto'", "tsHash('md5').update('').digest('hex').length"],
      "32",
    ],
    ["a promise is awaited at top level and assigned", ["const tsP = await (async () => 'got')()", "tsP"], "'got'"],
    ["Object is every cell's own", ["let tsO = {}.constructor === Object; tsO"], "true"],
  ] as const) {
    it(`a cell as tslab runs it: ${what}`, async () => {
      let last;
      for (const code of cells) last = await kernel.run(code);
      assert.equal(last?.result, result, last?.error?.traceback);
    });
  }

  it("a rejected promise, a thrown error and broken syntax fail their cell", async () => {
    assert.equal((await kernel.run("await Promise.reject(new Error('rejected'))")).error?.evalue, "rejected");
    assert.equal((await kernel.run("throw new Error('thrown')")).error?.evalue, "thrown");
    assert.equal((await kernel.run("let tsX + tsY;")).error?.ename, "TypeScriptError");
  });

  it("newDisplay() shows each value in the place of the one before", async () => {
    const messages = await shownBy(`const place = tslab.newDisplay(); place.text("one"); place.html("two")`);
    assert.deepEqual(
      messages.map(({ type }) => type),
      ["display_data", "update_display_data"],
    );
    const ids = messages.map(({ content }) => (content.transient as { display_id: string }).display_id);
    assert.equal(ids[0], ids[1]);
    assert.deepEqual(messages[1]?.content.data, { "text/html": "two" });
  });

  it("versions names tslab, TypeScript and Node, and the API is typed", async () => {
    assert.equal((await kernel.run("Object.keys(tslab.versions).join()")).result, "'tslab,typescript,node'");
    assert.equal((await kernel.run("tslab.versions.typescript")).result, "'6.0.3'");
    assert.match((await kernel.run("tslab.display.html(5)")).error?.evalue ?? "", /^TS2345/);
  });
});
