import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

import { type Browser, type Page } from "playwright-core";

import { type Lab, startLab } from "./lab.ts";
import { chooseTheme, openNotebook, runAll, scrollTo, startBrowser } from "./notebook-page.ts";

const root = join(import.meta.dirname, "..", "..");
const name = "02-your-own-benchmark.ipynb";
const screenshots = join(root, ".sightlab", "screenshots");

describe("the notebook of a benchmark of one's own in JupyterLab", function () {
  this.timeout(600_000);
  let lab: Lab;
  let browser: Browser;
  let page: Page;

  before(async () => {
    lab = await startLab();
    browser = await startBrowser();
    await copyFile(join(root, "notebooks", name), join(lab.folder, name));
    await mkdir(screenshots, { recursive: true });
    page = await openNotebook(browser, { lab, name });
    await runAll(page);
    await scrollTo(page, ".sl-BenchmarkTable");
  });

  after(async () => {
    await browser.close();
    await lab.stop();
  });

  it("moved one table to its end, and shows the comparison and the question", async () => {
    const table = page.locator(".sl-BenchmarkTable");
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
      await scrollTo(page, `.sightlab-report:has-text("${words}")`);
    }
  });

  it("has its picture taken in both themes", async () => {
    for (const theme of ["light", "dark"] as const) {
      await chooseTheme(page, theme);
      for (const [part, selector] of [
        ["table", ".sl-BenchmarkTable"],
        ["comparison", '.sightlab-report:has-text("tuned beside")'],
        ["question", '.sightlab-report:has-text("What colour")'],
      ] as const) {
        await scrollTo(page, selector);
        await page.screenshot({ path: join(screenshots, `own-benchmark-${part}-${theme}.png`) });
      }
    }
  });
});
