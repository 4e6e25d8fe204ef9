import assert from "node:assert/strict";

import { type KernelClient } from "./client.ts";
import { sharedKernel } from "./shared.ts";

describe("kernel: display", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  for (const [call, type, data] of [
    ["html('<b>x</b>')", "text/html", "<b>x</b>"],
    ["markdown('# x')", "text/markdown", "# x"],
    ["latex('$x$')", "text/latex", "$x$"],
    ["svg('<svg/>')", "image/svg+xml", "<svg/>"],
    ["text('plain')", "text/plain", "plain"],
    ["javascript('1')", "application/javascript", "1"],
    ["json({ a: [1] })", "application/json", { a: [1] }],
    ["png(Uint8Array.of(1))", "image/png", "AQ=="],
    ["jpeg(Uint8Array.of(1))", "image/jpeg", "AQ=="],
    ["gif(Uint8Array.of(1))", "image/gif", "AQ=="],
    ["bundle({ 'text/x': 'y' })", "text/x", "y"],
  ] as const) {
    it(`display.${call} shows ${type}`, async () => {
      const { published, result, error } = await kernel.run(`display.${call}`);
      assert.equal(error, undefined);
      const shown = published.find((message) => message.type === "display_data");
      assert.deepEqual(shown?.content.data, { [type]: data });
      assert.equal(result, undefined);
    });
  }

  it("a handle shows anew in its place, in its format, also from a later cell", async () => {
    const first = await kernel.run("const shown = display.html('one')");
    const id = (
      first.published.find(({ type }) => type === "display_data")?.content.transient as { display_id: string }
    ).display_id;
    const { published } = await kernel.run("shown.update('two')");
    const update = published.find(({ type }) => type === "update_display_data");
    assert.deepEqual(update?.content, { data: { "text/html": "two" }, metadata: {}, transient: { display_id: id } });
  });

  it("display.clear() clears at once or when something new comes", async () => {
    const { published } = await kernel.run("display.clear(); display.clear({ wait: true })");
    const cleared = published.filter(({ type }) => type === "clear_output");
    assert.deepEqual(
      cleared.map(({ content }) => content.wait as unknown),
      [false, true],
    );
  });

  it("a value that fails to show itself is the cell's error", async () => {
    const { error } = await kernel.run(`({ [Symbol.for("Jupyter.display")]() { throw new Error("shy") } })`);
    assert.equal(error?.evalue, "shy");
    const { error: wrong } = await kernel.run(`({ [Symbol.for("Jupyter.display")]: () => 5 })`);
    assert.match(wrong?.evalue ?? "", /expected its Jupyter.display to return an object, got 5/);
  });
});
