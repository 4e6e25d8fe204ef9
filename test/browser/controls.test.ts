import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import { type Locator, type Page } from "playwright-core";

import { controlModels } from "../../kernel/src/widgets/controls.generated.ts";
import { movedControls, type MovedControl, shownControls, type ShownControl } from "./controls.ts";
import { labForSuite } from "./lab-for-suite.ts";
import { choose, openNotebook, openWithoutKernel, runAll } from "./notebook-page.ts";
import { writeNotebook } from "./written-notebook.ts";

const notebook = "controls.ipynb";

/** The lines of a cell that make a control, show it, and print beneath it what the cell sees of it. */
function movedSource({ name, make, watched = "value", print = "change.new" }: MovedControl): string {
  const report = (value: string): string => `${name}Seen.update("${name} = " + JSON.stringify(${value}))`;
  const observe =
    watched === "click"
      ? `${name}.onMessage(({ event }) => ${report("event")});`
      : `${name}.observe("${watched}", (change) => ${report(print)});`;
  return `const ${name} = widgets.${name}${make};
display(${name});
const ${name}Seen = display.text("${name} = nothing");
${observe}`;
}

/** The same for a control that only shows, with a button that changes it. */
function shownSource({ name, make, change }: ShownControl): string {
  return `const ${name} = widgets.${name}${make};
display(${name});
display.text("${name} = shown");
const ${name}Change = widgets.Button({ description: "change" });
${name}Change.onMessage(() => { ${name}.${change}; });
display(${name}Change);`;
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** The line beneath a control. */
function lineOf(page: Page, name: string): Locator {
  return page.locator(".jp-OutputArea-child", { hasText: new RegExp(`^\\s*${name} = `) });
}

/** Where a control is drawn. */
function viewOf(page: Page, name: string): Locator {
  return lineOf(page, name).locator("xpath=preceding-sibling::*[1]").locator(".jp-OutputArea-output").first();
}

/** What each control shows: its classes, its text, and what stands in its fields. */
function drawnViews(page: Page): Promise<readonly unknown[]> {
  return page.locator(".jp-OutputArea-output > .jupyter-widgets").evaluateAll((views) =>
    views.map((view) => ({
      classes: [...view.classList].filter((name) => name !== "jupyter-widgets-disconnected").join(" "),
      text: view.textContent,
      fields: [...view.querySelectorAll("input, select, textarea")].map((field) => (field as HTMLInputElement).value),
    })),
  );
}

/** Waits until something reads as it should, and says how it reads where it never does. */
async function untilEqual(read: () => Promise<unknown>, expected: unknown): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!isDeepStrictEqual(await read(), expected) && performance.now() < untilMs) await wait(20);
  assert.deepEqual(await read(), expected);
}

describe("standard controls in JupyterLab", function () {
  this.timeout(180_000);
  const suite = labForSuite();
  let page: Page;

  before(async () => {
    await writeNotebook(suite.lab.folder, notebook, [
      `import { widgets } from "@sightlab/kernel";`,
      ...chunks(movedControls.map(movedSource), 12).map((lines) => lines.join("\n")),
      shownControls.map(shownSource).join("\n"),
      "'ready'",
    ]);
    page = await openNotebook(suite, { name: notebook });
    page.setDefaultTimeout(10_000);
    await runAll(page);
  });

  it("are all of them tried here", () => {
    const seen = Object.entries(controlModels).flatMap(([name, { view }]) => (view.name === null ? [] : [name]));
    const offered = seen.filter((name) => !/^Layout$|Style$|^Controller/.test(name)); // these are drawn as part of others
    const tried = [...movedControls, ...shownControls].map(({ name }) => name);
    assert.deepEqual(tried.sort(), offered.sort());
  });

  for (const { name, act, seen } of movedControls) {
    it(`${name} is moved by a person, and its cell sees it`, async () => {
      await act(viewOf(page, name));
      await page.getByText(`${name} = ${seen}`, { exact: true }).waitFor();
    });
  }

  for (const { name, read, before, after } of shownControls) {
    it(`${name} is drawn and follows its cell`, async () => {
      const view = viewOf(page, name);
      await untilEqual(() => read(view), before);
      await lineOf(page, name).locator("xpath=following-sibling::*[1]").locator("button").click();
      await untilEqual(() => read(view), after);
    });
  }

  it("are saved with the notebook, and all drawn as they were left where no kernel is", async () => {
    await choose(page, "File", "Save Notebook");
    await page.locator(".jp-mod-dirty").waitFor({ state: "detached" });
    const drawn = await drawnViews(page);
    await choose(page, "Kernel", "Shut Down Kernel");
    const reader = await openWithoutKernel(suite, { name: notebook });
    await reader.locator(".jp-OutputArea-output", { hasText: "Loading widget" }).first().waitFor({ state: "detached" });
    await untilEqual(() => drawnViews(reader), drawn);
    await reader.close();
  });
});
