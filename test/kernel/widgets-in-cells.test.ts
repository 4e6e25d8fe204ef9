import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { type Json, type KernelClient, type Received } from "./client.ts";
import { sharedKernel } from "./shared.ts";

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
    const updates = outcome.published.filter(({ type }) => type === "comm_msg");
    assert.ok(updates.some(({ content }) => (content.data as { state?: Json }).state?.value === 9));
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
