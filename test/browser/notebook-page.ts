/** Chromium showing a notebook, as a person does: menus and clicks, nothing that only a program can do. */

import { type Browser, type Page, type Route, chromium } from "playwright-core";
import { type Lab } from "./lab.ts";

/** A lab, and the browser that shows it. */
export interface LabInBrowser {
  readonly lab: Lab;
  readonly browser: Browser;
}

/** Starts Chromium: `CHROMIUM` if set, else Debian's. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens a notebook of the lab's folder in JupyterLab or in Notebook 7, and waits for its kernel. */
export async function openNotebook(
  { lab, browser }: LabInBrowser,
  { name, inside = "lab" }: { readonly name: string; readonly inside?: "lab" | "notebook" },
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1120 } });
  await keepSettings(page);
  const path = inside === "lab" ? `lab/workspaces/test/tree/${name}` : `notebooks/${name}`;
  await page.goto(`${lab.origin}/${path}?token=${lab.token}`);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  // The kernel's name stands in the toolbar once it runs; a cell that is run before that asks which kernel to start.
  await page.locator(".jp-KernelName", { hasText: "TypeScript" }).waitFor({ timeout: 60_000 });
  await untilIdle(page);
  return page;
}

/** Opens a notebook in a JupyterLab that has no kernel for it, as its reader may, and declines to choose another. */
export async function openWithoutKernel(
  { lab, browser }: LabInBrowser,
  { name }: { readonly name: string },
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1120 } });
  await keepSettings(page);
  await page.route(/\/api\/kernelspecs/, (route) => route.fulfill({ json: { default: "", kernelspecs: {} } }));
  await page.goto(`${lab.origin}/lab/workspaces/reader/tree/${name}?token=${lab.token}`);
  await page.locator(".jp-Dialog-button", { hasText: /^No Kernel$/ }).click({ timeout: 60_000 });
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor();
  return page;
}

/** Chooses a theme in the Settings menu. */
export async function chooseTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Settings$/ }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: /^Theme$/ }).hover();
  const name = theme === "light" ? "JupyterLab Light" : "JupyterLab Dark";
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${name}$`) }).click();
  await page.locator(`body[data-jp-theme-light="${String(theme === "light")}"]`).waitFor({ state: "attached" });
  // JupyterLab covers the page until the theme is there, and fades the cover out.
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
}

/** Chooses an item of a menu by their names. */
export async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${menu}$`) }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${item}$`) }).click();
}

/** Waits until the kernel has nothing to do. */
export async function untilIdle(page: Page): Promise<void> {
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({ timeout: 300_000 });
}

/** Runs all cells and waits until the last one has run. */
export async function runAll(page: Page): Promise<void> {
  await choose(page, "Run", "Run All Cells"); // Ends with the last cell in view.
  const prompt = page.locator(".jp-CodeCell .jp-InputArea-prompt").last();
  await prompt.filter({ hasText: /\[\d+\]/ }).waitFor({ timeout: 300_000 });
}

/** Scrolls down from the top until an element shows: JupyterLab keeps only the cells in view in the page. */
export async function scrollTo(page: Page, selector: string): Promise<void> {
  const notebook = page.locator(".jp-WindowedPanel-outer");
  await notebook.evaluate((element) => {
    element.scrollTop = 0;
  });
  await notebook.hover();
  for (let turn = 0; turn < 100 && (await page.locator(selector).count()) === 0; turn += 1) {
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(100);
  }
  await page.locator(selector).first().scrollIntoViewIfNeeded();
}

/** Settings and workspaces that the page saves stay in the page: the lab's user finds theirs unchanged. */
async function keepSettings(page: Page): Promise<void> {
  const kept = new Map<string, string>();
  await page.route(/\/lab\/api\/(settings|workspaces)\/./, async (route: Route) => {
    const request = route.request();
    const id = new URL(request.url()).pathname;
    if (request.method() === "PUT") {
      kept.set(id, request.postData() ?? "");
      await route.fulfill({ status: 204 });
      return;
    }
    const own = kept.get(id);
    if (own === undefined || request.method() !== "GET") {
      await route.continue();
      return;
    }
    const response = await route.fetch();
    const stored = (await response.json()) as Record<string, unknown>;
    await route.fulfill({ response, json: { ...stored, ...(JSON.parse(own) as Record<string, unknown>) } });
  });
}
