import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { type Json, type KernelClient, type Received } from "./client.ts";
import { sharedKernel, writeNotebookFile } from "./shared.ts";

describe("kernel: widgets in cells", function () {
  this.timeout(30_000);
  let kernel: KernelClient;
  let modelId: string;

  before(async () => {
    kernel = await sharedKernel();
    const { published, error } = await kernel.run(
      `import { widgets } from "@sightlab/kernel"; const slider = widgets.IntSlider({ value: 3, max: 10 }); slider`,
    );
    assert.equal(error, undefined, error?.traceback);
    const data = published.find(({ type }) => type === "execute_result")?.content.data as Json;
    modelId = String((data["application/vnd.jupyter.widget-view+json"] as Json).model_id);
  });

  const opened = (): Received | undefined =>
    kernel.published.find(({ type, content }) => type === "comm_open" && content.comm_id === modelId);

  it("a control opens a comm of the widget protocol and shows its view", () => {
    const message = opened();
    assert.equal(message?.content.target_name, "jupyter.widget");
    assert.match(String(message.metadata.version), /^2\./);
    const { state } = message.content.data as { state: Json };
    assert.deepEqual([state._model_name, state.value, state.max], ["IntSliderModel", 3, 10]);
  });

  it("a cell that awaits sees the front end's change, and its own changes go out", async () => {
    const id = await kernel.execute(`
const moved = await new Promise<number | undefined>((resolve) => {
  slider.observe("value", (change) => resolve(change.new));
  console.log("observing");
});
slider.value = 9;
moved`);
    await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "stream"), "the observer");
    await kernel.send("shell", "comm_msg", {
      comm_id: modelId,
      data: { method: "update", state: { value: 7 }, buffer_paths: [] },
    });
    const outcome = await kernel.outcome(id);
    assert.equal(outcome.error, undefined, outcome.error?.traceback);
    assert.equal(outcome.result, "7");
    const echo = kernel.published.find(({ content }) => (content.data as Json | undefined)?.method === "echo_update");
    assert.deepEqual(((echo?.content.data ?? {}) as Json).state, { value: 7 });
    const updates = outcome.published.filter(({ type }) => type === "comm_msg");
    assert.ok(updates.some(({ content }) => (content.data as { state?: Json }).state?.value === 9));
  });

  it("an Output names the request whose output it takes, as long as it captures", async () => {
    const id = await kernel.execute(
      `const output = widgets.Output();
       console.log("before");
       output.capture(() => console.log("inside"));
       await output.capture(async () => { await 1; display("awaited") });
       { using _capturing = output.capturing(); console.log("in a block") }
       try { output.capture(() => { throw new Error("x") }) } catch {}
       console.log("after"); output.modelId`,
    );
    const { published, error, result } = await kernel.outcome(id);
    assert.equal(error, undefined, error?.traceback);
    const said = published.flatMap(({ type, content }): unknown[] => {
      if (type === "stream") return [content.text];
      if (type === "display_data") return ["display"];
      const isOwn = type === "comm_msg" && result === `'${String(content.comm_id)}'`;
      return isOwn ? [((content.data as Json).state as Json).msg_id] : [];
    });
    const inside = (text: string): unknown[] => [id, text, ""];
    assert.deepEqual(said, [
      "before\n",
      ...inside("inside\n"),
      ...inside("display"),
      ...inside("in a block\n"),
      id,
      "",
      "after\n",
    ]);
  });

  it("a module of the user's own comes from a file as well, with binary state", async () => {
    const source = "export default { render({ model, el }) { el.textContent = model.get('count') } }";
    writeNotebookFile("counter.js", source);
    const { published, error } = await kernel.run(
      `const counter = widgets.module(new URL("./counter.js", import.meta.url), { state: { count: 1, bytes: Uint8Array.of(1, 2) } }); counter.count += 1`,
    );
    assert.equal(error, undefined, error?.traceback);
    const stateOf = ({ content }: Received): Json => (content.data as Json).state as Json;
    const open = published.find((message) => message.type === "comm_open" && "_esm" in stateOf(message));
    assert.ok(open);
    assert.deepEqual([stateOf(open)._esm, stateOf(open)._model_module], [source, "anywidget"]);
    assert.deepEqual((open.content.data as Json).buffer_paths, [["bytes"]]);
    assert.deepEqual([...(open.buffers[0] ?? [])], [1, 2]);
  });

  it("every control is made, laid out, observed, linked and closed, with its types", async () => {
    const { result, error } = await kernel.run(`
const parts = /Style$|^(Layout|Link|DirectionalLink|Controller)/;
const chosen = ["Dropdown", "RadioButtons", "Select", "SelectionSlider", "ToggleButtons", "SelectMultiple", "SelectionRangeSlider"];
const names = Object.keys(widgets).filter((name) => /^[A-Z]/.test(name) && !parts.test(name));
const seen = new Set<string>();
for (const name of names) {
  const control = (widgets as any)[name](chosen.includes(name) ? { options: ["a", "b"] } : {});
  control.layout.width = "50%";
  control.observe("tooltip", (change: any) => seen.add(name + change.new));
  const other = widgets.Text();
  control.tooltip = "?";
  const unlink = widgets.link([control, "tooltip"], [other, "value"]);
  control.tooltip = "!";
  if (other.value !== "!") throw new Error(name);
  unlink();
  control.close();
}
[names.length > 40, seen.size === names.length * 2]`);
    assert.equal(error, undefined, error?.traceback);
    assert.equal(result, "[ true, true ]");
    const wrong = await kernel.run(`widgets.IntSlider({ max: "10" })`);
    assert.match(wrong.error?.evalue ?? "", /^TS2322: Type 'string' is not assignable to type 'number'/);
    const missing = await kernel.run(`widgets.IntSlider().colour`);
    assert.match(missing.error?.evalue ?? "", /^TS2339: Property 'colour' does not exist/);
  });

  it("a front end that opens asks for all states on the control channel", async () => {
    const comm = randomUUID();
    await kernel.send("shell", "comm_open", { comm_id: comm, target_name: "jupyter.widget.control", data: {} });
    await kernel.send("shell", "comm_msg", { comm_id: comm, data: { method: "request_states" } });
    const answer = await kernel.until(
      () => kernel.published.find(({ type, content }) => type === "comm_msg" && content.comm_id === comm),
      "the states",
    );
    const { method, states } = answer.content.data as { method: string; states: Record<string, Json> };
    assert.equal(method, "update_states");
    assert.equal((states[modelId]?.state as Json).value, 9);
  });
});
