import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { serveControlChannel } from "../../../kernel/src/widgets/control-channel.ts";
import { controlModels } from "../../../kernel/src/widgets/controls.generated.ts";
import { widgets } from "../../../kernel/src/widgets/widgets.ts";
import { recordFrontEnd, type RecordedFrontEnd, type Sent } from "./recorded-front-end.ts";

describe("kernel/widgets", () => {
  let frontEnd: ReturnType<typeof recordFrontEnd>;

  beforeEach(() => {
    frontEnd = recordFrontEnd();
  });

  it("controls.generated.ts is what the published schema gives", () => {
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const print = execFileSync(process.execPath, ["kernel/generate-controls.mjs", "--print"], { cwd: root });
    const printed = execFileSync(
      process.execPath,
      ["node_modules/prettier/bin/prettier.cjs", "--stdin-filepath", "kernel/src/widgets/controls.generated.ts"],
      { cwd: root, input: print },
    );
    assert.equal(readFileSync(`${root}kernel/src/widgets/controls.generated.ts`, "utf8"), printed.toString());
  });

  it("every control of the schema opens with its protocol names and defaults", () => {
    for (const name of Object.keys(controlModels) as (keyof typeof controlModels)[]) {
      const make = widgets[name] as (values: { options: string[] }) => { modelId: string };
      const isSelection = "_options_labels" in controlModels[name].attributes;
      const made = make((isSelection ? { options: ["a", "b"] } : {}) as { options: string[] });
      const state = opened(frontEnd, made.modelId).state as Record<string, unknown>;
      const isPicker = /^(Time|Datetime|NaiveDatetime)Picker$/.test(name);
      assert.equal(state._model_name, `${isPicker ? name.replace("Picker", "") : name}Model`);
      for (const attribute of Object.keys(controlModels[name].attributes)) {
        const isBytes = controlModels[name].attributes[attribute]?.type === "bytes";
        assert.ok(isBytes || attribute in state, `${name}.${attribute} is sent`);
      }
    }
  });

  it("IntSlider() opens its layout and style first and refers to them", () => {
    const slider = widgets.IntSlider({ value: 3, max: 10, layout: { width: "50%" } });
    const state = opened(frontEnd, slider.modelId).state as Record<string, unknown>;
    assert.equal(state.value, 3);
    assert.equal(state.layout, `IPY_MODEL_${slider.layout.modelId}`);
    assert.equal(slider.layout.width, "50%");
    assert.deepEqual(
      frontEnd.sent.map(({ id }) => id),
      [slider.layout.modelId, slider.style.modelId, slider.modelId],
    );
  });

  it("assigning an attribute sends one update and runs the observers; an equal value sends nothing", () => {
    const slider = widgets.IntSlider({ max: 10 });
    const seen: number[] = [];
    const stop = slider.observe("value", (change) => seen.push(change.old, change.new));
    slider.value = 7;
    slider.value = 7;
    stop();
    slider.value = 8;
    assert.deepEqual(seen, [0, 7]);
    assert.deepEqual(updates(frontEnd, slider.modelId), [{ value: 7 }, { value: 8 }]);
  });

  it("a front end's update is echoed, kept within bounds and told to observers", () => {
    const slider = widgets.IntSlider({ max: 10 });
    const seen: number[] = [];
    slider.observe("value", (change) => seen.push(change.new));
    receive(frontEnd, slider.modelId, { method: "update", state: { value: 400 }, buffer_paths: [] });
    assert.equal(slider.value, 10);
    assert.deepEqual(seen, [10]);
    const methods = messages(frontEnd, slider.modelId).map(({ data }) => [data.method, data.state]);
    assert.deepEqual(methods, [
      ["echo_update", { value: 400 }],
      ["update", { value: 10 }],
    ]);
  });

  it("wrong values name the control and the attribute", () => {
    const slider = widgets.IntSlider();
    assert.throws(() => (slider.value = "3" as unknown as number), {
      name: "TypeError",
      message: 'Cannot set "value" of IntSliderModel: expected int, got string',
    });
    assert.throws(() => (slider.orientation = "sideways" as "vertical"), {
      name: "RangeError",
      message: 'Cannot set "orientation" of IntSliderModel: expected one of horizontal, vertical, got "sideways"',
    });
    assert.throws(() => widgets.IntSlider({ vale: 3 } as object), /IntSliderModel: it has no attribute "vale"/);
  });

  it("Dropdown() speaks in values where the front end speaks in places", () => {
    const dropdown = widgets.Dropdown({
      options: [
        ["all", 0],
        ["half", 50],
      ],
    });
    assert.equal(dropdown.value, 0);
    const seen: unknown[] = [];
    dropdown.observe("value", (change) => seen.push(change.old, change.new));
    receive(frontEnd, dropdown.modelId, { method: "update", state: { index: 1 }, buffer_paths: [] });
    assert.equal(dropdown.value, 50);
    assert.deepEqual(seen, [0, 50]);
    assert.throws(() => (dropdown.value = 7), /Cannot select 7: expected one of 0, 50/);
    dropdown.options = [["none", -1]];
    assert.equal(dropdown.value, -1);
    const several = widgets.SelectMultiple({ options: ["a", "b", "c"], value: ["c"] });
    assert.deepEqual(several.index, [2]);
    assert.deepEqual(several.value, ["c"]);
  });

  it("DatePicker(), Image() and FileUpload() carry dates and bytes as the protocol wants them", () => {
    const day = widgets.DatePicker({ value: new Date(Date.UTC(2024, 1, 29)) });
    assert.deepEqual((opened(frontEnd, day.modelId).state as Record<string, unknown>).value, {
      year: 2024,
      month: 1,
      date: 29,
    });
    receive(frontEnd, day.modelId, { method: "update", state: { value: { year: 2025, month: 0, date: 2 } } });
    assert.equal(day.value?.toISOString(), "2025-01-02T00:00:00.000Z");
    const image = widgets.Image({ value: Uint8Array.of(1, 2, 3) });
    const open = frontEnd.sent.find(({ id }) => id === image.modelId);
    assert.deepEqual(open?.data.buffer_paths, [["value"]]);
    assert.deepEqual(open.extras.buffers, [Uint8Array.of(1, 2, 3)]);
    const upload = widgets.FileUpload();
    frontEnd.comms.get(upload.modelId)?.onMessage({
      data: {
        method: "update",
        state: { value: [{ name: "a.csv", size: 2 }] },
        buffer_paths: [["value", 0, "content"]],
      },
      buffers: [Uint8Array.of(9, 9)],
    });
    assert.deepEqual(upload.value, [{ name: "a.csv", size: 2, content: Uint8Array.of(9, 9) }]);
  });

  it("boxes refer to their children, and links keep two widgets equal", () => {
    const [a, b] = [widgets.IntSlider(), widgets.IntText()];
    const box = widgets.VBox({ children: [a, b] });
    assert.deepEqual((opened(frontEnd, box.modelId).state as Record<string, unknown>).children, [
      `IPY_MODEL_${a.modelId}`,
      `IPY_MODEL_${b.modelId}`,
    ]);
    const unlink = widgets.link([a, "value"], [b, "value"]);
    a.value = 5;
    assert.equal(b.value, 5);
    b.value = 9;
    assert.equal(a.value, 9);
    unlink();
    a.value = 1;
    assert.equal(b.value, 9);
  });

  it("Tab() begins at its first page, as in ipywidgets, unless it is told where", () => {
    const children = [widgets.Label()];
    assert.equal(widgets.Tab({ children }).selected_index, 0);
    assert.equal(widgets.Tab({ children, selected_index: null }).selected_index, null);
    assert.equal(widgets.Tab().selected_index, null);
    assert.equal(widgets.Accordion({ children }).selected_index, null);
  });

  it("a button's click and a module's message reach onMessage()", () => {
    const button = widgets.Button({ description: "Go" });
    let clicks = 0;
    button.onMessage((content) => (clicks += content.event === "click" ? 1 : 0));
    receive(frontEnd, button.modelId, { method: "custom", content: { event: "click" } });
    assert.equal(clicks, 1);
    const counter = widgets.module("export default { render() {} }", { state: { count: 0 } });
    counter.observe("count", () => (clicks += 10));
    receive(frontEnd, counter.modelId, { method: "update", state: { count: 4 } });
    assert.equal(counter.count, 4);
    assert.equal(clicks, 11);
  });

  it("the control channel sends the state of every living widget", () => {
    const slider = widgets.IntSlider({ value: 4 });
    const closed = widgets.IntSlider();
    closed.close();
    serveControlChannel(frontEnd.host);
    const comm = frontEnd.host.open("front end", { data: {}, id: "control" });
    frontEnd.targets.get("jupyter.widget.control")?.(comm, { data: {}, buffers: [] });
    comm.onMessage({ data: { method: "request_states" }, buffers: [] });
    const reply = messages(frontEnd, "control")[0]?.data as { states: Record<string, { state: { value?: number } }> };
    assert.equal(reply.states[slider.modelId]?.state.value, 4);
    assert.equal(closed.modelId in reply.states, false);
  });
});

function opened(frontEnd: RecordedFrontEnd, id: string): Readonly<Record<string, unknown>> {
  const open = frontEnd.sent.find((message) => message.kind === "open" && message.id === id);
  assert.ok(open, `${id} was opened`);
  return open.data;
}

function messages(frontEnd: RecordedFrontEnd, id: string): readonly Sent[] {
  return frontEnd.sent.filter((message) => message.kind === "message" && message.id === id);
}

function updates(frontEnd: RecordedFrontEnd, id: string): readonly unknown[] {
  return messages(frontEnd, id).map(({ data }) => data.state);
}

function receive(frontEnd: RecordedFrontEnd, id: string, data: Readonly<Record<string, unknown>>): void {
  frontEnd.comms.get(id)?.onMessage({ data, buffers: [] });
}
