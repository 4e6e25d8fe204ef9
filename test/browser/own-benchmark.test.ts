import assert from "node:assert/strict";
import { join } from "node:path";

import { notebookForSuite, screenshots } from "./lab-for-suite.ts";
import { chooseTheme, scrollTo } from "./notebook-page.ts";

const name = "02-your-own-benchmark.ipynb";

describe("the notebook of a benchmark of one's own in JupyterLab", function () {
  this.timeout(600_000);
  const suite = notebookForSuite(name);

  it("moved one table to its end, and shows the comparison and the question", async () => {
    const table = suite.page.locator(".sl-BenchmarkTable");
    assert.equal(await table.count(), 1);
    const text = await table.innerText();
    assert.match(text, /Colours/);
    assert.doesNotMatch(text, /Still running/);
    assert.match(text, /Rules that never read the question/);
    for (const words of [
      "tuned beside its base plain",
      "Language (A garden, three paragraphs)",
      "What colour is grass?",
    ]) {
      await scrollTo(suite.page, `.sightlab-report:has-text("${words}")`);
    }
  });

  it("has its picture taken in both themes", async () => {
    for (const theme of ["light", "dark"] as const) {
      await chooseTheme(suite.page, theme);
      for (const [part, selector] of [
        ["table", ".sl-BenchmarkTable"],
        ["comparison", '.sightlab-report:has-text("tuned beside")'],
        ["question", '.sightlab-report:has-text("What colour")'],
      ] as const) {
        await scrollTo(suite.page, selector);
        await suite.page.screenshot({ path: join(screenshots, `own-benchmark-${part}-${theme}.png`) });
      }
    }
  });
});
