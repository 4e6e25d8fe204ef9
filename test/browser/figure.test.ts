import assert from "node:assert/strict";
import { labForSuite } from "./lab-for-suite.ts";
import { openNotebook } from "./notebook-page.ts";
import { writeNotebook } from "./written-notebook.ts";

const sources = [
  `({
  data: [
    { type: "scatter", name: "<b>loss</b><script>window.wasRun = true</script>", x: [1, 2, 3, 4], y: [4, 2, 1, 0.5] },
    { type: "bar", name: "steps", x: [1, 2, 3, 4], y: [1, 2, 3, 4] },
  ],
  layout: { title: { text: "A loss that falls" }, xaxis: { title: { text: "step" } } },
})`,
  `({ data: [{ type: "heatmap", z: [[0, 1, 2], [2, 1, 0]] }], layout: {} })`,
];

describe("a Plotly figure", function () {
  this.timeout(300_000);
  const suite = labForSuite();

  it("is drawn with its traces, and runs nothing that stands in its texts", async () => {
    await writeNotebook(suite.lab.folder, "figure.ipynb", sources);
    const page = await openNotebook(suite, { name: "figure.ipynb", inside: "lab" });
    for (const index of [0, 1]) {
      await page.locator(".jp-CodeCell").nth(index).locator(".jp-InputArea-editor").click();
      await page.keyboard.press("Control+Enter");
    }
    const plots = page.locator(".jp-OutputArea-output .js-plotly-plot");
    await plots.nth(1).locator(".heatmaplayer image").waitFor({ timeout: 120_000 });
    assert.equal(await plots.first().locator(".scatterlayer .trace").count(), 1);
    assert.equal(await plots.first().locator(".barlayer .point").count(), 4);
    await plots.first().getByText("A loss that falls").waitFor();
    assert.equal(await page.evaluate(() => "wasRun" in window), false);
    await page.close();
  });
});
