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
