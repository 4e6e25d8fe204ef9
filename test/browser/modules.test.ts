import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Page } from "playwright-core";

import { labForSuite } from "./lab-for-suite.ts";
import { openNotebook, runAll } from "./notebook-page.ts";
import { writeNotebook } from "./written-notebook.ts";

const notebook = "modules.ipynb";

/** A module that counts its clicks in the model, and is written into a cell. */
const counter = `export default {
  render({ model, el }) {
    const button = document.createElement("button");
    button.className = "counter";
    const show = () => { button.textContent = "count " + model.get("count"); };
    button.addEventListener("click", () => { model.set("count", model.get("count") + 1); model.save_changes(); });
    model.on("change:count", show);
    show();
    el.append(button);
  },
};`;

/** A module in a file: it shows bytes that come as state and as messages, and sends bytes both ways. */
const bytesModule = `
const read = (view) => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)].join(" ");
function render({ model, el }) {
  const state = Object.assign(document.createElement("p"), { className: "state" });
  const message = Object.assign(document.createElement("p"), { className: "message" });
  const button = Object.assign(document.createElement("button"), { className: "bytes", textContent: "send bytes" });
  const show = () => { state.textContent = read(model.get("bytes")); };
  model.on("change:bytes", show);
  model.on("msg:custom", ({ text }, buffers) => { message.textContent = text + " " + read(buffers[0]); });
  button.addEventListener("click", () => {
    model.set("bytes", new DataView(new Uint8Array([0, 128, 255]).buffer));
    model.save_changes();
    model.send({ text: "hello" }, undefined, [new Uint8Array([7, 8, 9]).buffer]);
  });
  show();
  el.append(state, message, button);
}
export default { render };
`;

const sources = [
  `import { widgets } from "@sightlab/kernel";`,
  `const counter = widgets.module(${JSON.stringify(counter)}, { state: { count: 1 } });
display(counter);
const seenCount = display.text("nothing");
counter.observe("count", (change) => {
  seenCount.update(\`the cell saw \${change.new}\`);
  if (change.new === 3) counter.count = 10;
});`,
  `const bytes = widgets.module(new URL("bytes.js", import.meta.url), {
  state: { bytes: new Uint8Array([1, 2]) },
  css: new URL("bytes.css", import.meta.url),
});
display(bytes);
const seenState = display.text("nothing");
const seenMessage = display.text("nothing");
bytes.observe("bytes", (change) => seenState.update(\`the cell saw bytes \${change.new}\`));
bytes.onMessage(({ text }, [buffer]) => {
  seenMessage.update(\`the cell heard \${text} \${buffer}\`);
  bytes.send({ text: "back" }, [Uint8Array.of(4, 0, 200)]);
});`,
  `const slider = widgets.IntSlider({ value: 3, layout: { width: "240px" }, style: { handle_color: "teal" } });
display(slider);
const seenValue = display.text("nothing");
slider.observe("value", (change) => seenValue.update(\`the cell saw \${change.old} become \${change.new}\`));`,
  `const pad = widgets.Controller();
display(pad);
const seenPad = display.text("nothing");
pad.observe("buttons", ({ new: buttons }) => {
  buttons[0]?.observe("pressed", (change) => seenPad.update(\`the cell saw the first of \${buttons.length} \${change.new}\`));
});`,
  "'ready'",
];

/** A gamepad in the hands of the test, as the browser tells pages of one. */
const gamepad = `
  const buttons = [false, false].map((pressed) => ({ pressed, touched: pressed, value: 0 }));
  globalThis.pressFirst = () => Object.assign(buttons[0], { pressed: true, value: 1 });
  const pad = { id: "test pad", index: 0, mapping: "standard", connected: true, timestamp: 1, buttons, axes: [0] };
  navigator.getGamepads = () => [pad, null, null, null];`;

describe("modules of one's own", function () {
  this.timeout(180_000);
  const suite = labForSuite();

  before(async () => {
    await writeFile(join(suite.lab.folder, "bytes.js"), bytesModule);
    await writeFile(join(suite.lab.folder, "bytes.css"), ".bytes { color: rgb(1, 2, 3); }");
  });

  for (const inside of ["lab", "notebook"] as const) {
    describe(`in ${inside === "lab" ? "JupyterLab" : "Notebook 7"}`, () => {
      let page: Page;

      before(async () => {
        const name = `${inside}-${notebook}`;
        await writeNotebook(suite.lab.folder, name, sources);
        page = await openNotebook(suite, { name, inside });
        page.setDefaultTimeout(10_000);
        await runAll(page);
      });

      after(async () => {
        await page.close();
      });

      it("a module written in a cell draws itself, tells the cell of clicks, and follows it", async () => {
        const button = page.locator("button.counter");
        await button.getByText("count 1", { exact: true }).click();
        await page.getByText("the cell saw 2", { exact: true }).waitFor();
        await button.getByText("count 2", { exact: true }).click();
        await button.getByText("count 10", { exact: true }).waitFor();
      });

      it("a module in a file exchanges bytes with the cell, as state and as messages", async () => {
        await page.locator(".state").getByText("1 2", { exact: true }).waitFor();
        await page.locator("button.bytes").click();
        await page.getByText("the cell saw bytes 0,128,255", { exact: true }).waitFor();
        await page.getByText("the cell heard hello 7,8,9", { exact: true }).waitFor();
        await page.locator(".message").getByText("back 4 0 200", { exact: true }).waitFor();
      });

      it("a style sheet of a module and a style of a control show", async () => {
        const colour = (selector: string, property: string): Promise<string> =>
          page
            .locator(selector)
            .first()
            .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
        assert.equal(await colour("button.bytes", "color"), "rgb(1, 2, 3)");
        assert.equal(await colour(".widget-slider .noUi-handle", "background-color"), "rgb(0, 128, 128)");
        assert.equal(await colour(".widget-slider", "width"), "240px");
      });

      it("a control is moved, and its cell sees it", async () => {
        await page.locator(".noUi-handle").hover();
        await page.mouse.down();
        await page.mouse.move(1200, (await page.locator(".noUi-handle").boundingBox())?.y ?? 0, { steps: 5 });
        await page.mouse.up();
        await page.getByText(/^\s*the cell saw \d+ become 100\s*$/).waitFor();
      });

      it("a gamepad's button is pressed, and its cell sees it", async () => {
        await page.evaluate(gamepad);
        await page.getByText("test pad", { exact: true }).waitFor();
        await page.evaluate("pressFirst()");
        await page.getByText("the cell saw the first of 2 true", { exact: true }).waitFor();
      });
    });
  }
});
