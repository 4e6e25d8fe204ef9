/** Chromium showing a notebook, as a person does: menus and clicks, nothing that only a program can do. */

import { type Browser, type Page, type Route, chromium } from "playwright-core";
import { type Lab } from "./lab.ts";

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

/** Opens a notebook of the lab's folder in JupyterLab or in Notebook 7. */
export async function openNotebook(
  browser: Browser,
  { lab, name, inside = "lab" }: { readonly lab: Lab; readonly name: string; readonly inside?: "lab" | "notebook" },
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await keepSettings(page);
  const path = inside === "lab" ? `lab/workspaces/test/tree/${name}` : `notebooks/${name}`;
  await page.goto(`${lab.origin}/${path}?token=${lab.token}`);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  return page;
}

/** Chooses a theme in the Settings menu. */
export async function chooseTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Settings$/ }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: /^Theme$/ }).hover();
  const name = theme === "light" ? "JupyterLab Light" : "JupyterLab Dark";
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${name}$`) }).click();
  await page.locator(`body[data-jp-theme-light="${String(theme === "light")}"]`).waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
}

/** Chooses an item of a menu by their names. */
export async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${menu}$`) }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${item}$`) }).click();
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
