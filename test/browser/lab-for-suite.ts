/** A lab and a browser that mocha starts before a suite's tests and ends after them. */

import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

import { type Browser, type Page } from "playwright-core";

import { type Lab, startLab } from "./lab.ts";
import { type LabInBrowser, openNotebook, runAll, scrollTo, startBrowser } from "./notebook-page.ts";

const root = join(import.meta.dirname, "..", "..");

/** Where tests leave pictures of pages. */
export const screenshots: string = join(root, ".sightlab", "screenshots");

/** Call it in a `describe`, after its timeout. What was started is ended where `before` fails too. */
export function labForSuite(): LabInBrowser {
  let lab: Lab | undefined;
  let browser: Browser | undefined;
  before(async () => {
    lab = await startLab();
    browser = await startBrowser();
  });
  after(async () => {
    try {
      await browser?.close();
    } finally {
      await lab?.stop();
    }
  });
  return {
    get lab() {
      return started(lab);
    },
    get browser() {
      return started(browser);
    },
  };
}

/** The same with a copy of one of our notebooks, run to its end, and the benchmark table in view. */
export function notebookForSuite(name: string): LabInBrowser & { readonly page: Page } {
  const suite = labForSuite();
  let page: Page | undefined;
  before(async () => {
    await copyFile(join(root, "notebooks", name), join(suite.lab.folder, name));
    await mkdir(screenshots, { recursive: true });
    page = await openNotebook(suite, { name });
    await runAll(page);
    await scrollTo(page, ".sl-BenchmarkTable");
  });
  return {
    get lab() {
      return suite.lab;
    },
    get browser() {
      return suite.browser;
    },
    get page() {
      return started(page);
    },
  };
}

function started<T>(thing: T | undefined): T {
  assert.ok(thing !== undefined, "a test asks for what only runs while its suite does");
  return thing;
}
