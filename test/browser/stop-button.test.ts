import assert from "node:assert/strict";
import { type Page } from "playwright-core";
import { labForSuite } from "./lab-for-suite.ts";
import { openNotebook } from "./notebook-page.ts";
import { writeNotebook } from "./written-notebook.ts";

const sources = [
  `let turns = 0;
for (const outer of progress([1, 2, 3], { label: "Outer" })) {
  for (const inner of progress((function* () { for (;;) yield 1; })(), { label: "Inner" })) turns += inner;
}`,
  "turns > 0 ? `stopped in time` : `never ran`",
];

describe("the stop button of a progress bar", function () {
  this.timeout(300_000);
  const suite = labForSuite();

  const runCell = async (page: Page, index: number): Promise<void> => {
    await page.locator(".jp-CodeCell").nth(index).locator(".jp-InputArea-editor").click();
    await page.keyboard.press("Control+Enter");
  };

  for (const inside of ["lab", "notebook"] as const) {
    it(`ends a loop that never lets go, in ${inside === "lab" ? "JupyterLab" : "Notebook 7"}`, async () => {
      const name = `stop-button-${inside}.ipynb`;
      await writeNotebook(suite.lab.folder, name, sources);
      const page = await openNotebook(suite, { name, inside });
      await runCell(page, 0);
      const output = page.locator(".jp-CodeCell").first().locator(".jp-OutputArea");
      await output.first().getByRole("button", { name: "Stop" }).first().click({ timeout: 60_000 });
      await output.first().getByText("The cell was stopped").waitFor();
      const bars = page.locator(".sightlab-progress");
      await page.locator('.sightlab-progress[data-state="stopped"]').nth(1).waitFor();
      const states = await bars.evaluateAll((all) => all.map((bar) => (bar as HTMLElement).dataset.state));
      assert.deepEqual(states, ["stopped", "stopped"]);
      assert.equal(await output.getByRole("button", { name: "Stop" }).count(), 0);
      await runCell(page, 1);
      await page
        .locator(".jp-CodeCell")
        .nth(1)
        .locator(".jp-OutputArea-output", { hasText: "stopped in time" })
        .waitFor();
      await page.close();
    });
  }
});
