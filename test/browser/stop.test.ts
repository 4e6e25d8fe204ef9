import assert from "node:assert/strict";
import { type Page } from "playwright-core";
import { labForSuite } from "./lab-for-suite.ts";
import { choose, openNotebook } from "./notebook-page.ts";
import { writeNotebook } from "./written-notebook.ts";

const notebook = "stop.ipynb";

const sources = [
  `import { benchmarks, evaluate, open, writeRandomCheckpoint } from "sightlab";
await writeRandomCheckpoint("checkpoints/random-a", { seed: 1 });
const model = await open("checkpoints/random-a");
let turns = 0;
const timer = setInterval(() => (turns += 1), 10);`,
  `const before = turns;
await evaluate([model], [benchmarks.truthfulqaMc, benchmarks.ethics]);`,
  "`${model.identity.name}: ${turns - before >= 20 ? 'alive' : 'blocked'}`",
  `const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
let steps = 0;
for (const step of progress(Array.from({ length: 2000 }, (_, at) => at), { label: "Long" })) {
  await pause();
  steps = step;
}`,
  "`${model.identity.name} after ${steps > 0 && steps < 1999 ? 'some' : 'all'} steps`",
];

describe("the stop button of JupyterLab", function () {
  this.timeout(300_000);
  const suite = labForSuite();
  let page: Page;

  before(async () => {
    await writeNotebook(suite.lab.folder, notebook, sources);
    page = await openNotebook(suite, { name: notebook });
  });

  it("ends a model's run, and the kernel and its variables live on", async () => {
    await choose(page, "Run", "Run All Cells");
    const bars = page.locator(".sightlab-progress");
    await bars.first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1000); // Lets the model score and the cell's timer tick.
    await page.locator('[data-command="notebook:interrupt-kernel"]').click();
    const cells = page.locator(".jp-CodeCell");
    await cells.nth(1).getByText("The cell was stopped").waitFor();
    const states = await bars.evaluateAll((all) => all.map((bar) => (bar as HTMLElement).dataset.state));
    assert.deepEqual([...new Set(states)], ["stopped"]);
    await cells.nth(2).locator(".jp-InputArea-editor").click();
    await choose(page, "Run", "Run Selected Cell");
    await cells.nth(2).getByText("'random-a: alive'").waitFor();
  });

  it("has a fellow beside each bar that runs for a while", async () => {
    const cells = page.locator(".jp-CodeCell");
    await cells.nth(3).locator(".jp-InputArea-editor").click();
    await choose(page, "Run", "Run Selected Cell");
    await cells.nth(3).locator(".widget-button", { hasText: "Stop" }).click({ timeout: 60_000 });
    await cells.nth(3).getByText("The cell was stopped").waitFor();
    assert.equal(await cells.nth(3).locator(".sightlab-progress").getAttribute("data-state"), "stopped");
    await cells.nth(4).locator(".jp-InputArea-editor").click();
    await choose(page, "Run", "Run Selected Cell");
    await cells.nth(4).getByText("'random-a after some steps'").waitFor();
  });
});
