import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Page } from "playwright-core";
import { type BenchmarkCell, benchmarkMimeType } from "../../extension/src/benchmark-table.ts";
import { sampleTable } from "../extension/sample-table.ts";
import { labForSuite } from "./lab-for-suite.ts";
import { chooseTheme, openNotebook } from "./notebook-page.ts";

const notebook = "saved.ipynb";

/** A saved notebook with one output a cell; JupyterLab draws it without running anything. */
function savedNotebook(payloads: readonly unknown[]): string {
  const cells = payloads.map((payload, index) => ({
    id: `cell-${String(index)}`,
    cell_type: "code",
    source: "report.table(results)",
    metadata: {},
    execution_count: null,
    outputs: [
      {
        output_type: "display_data",
        metadata: {},
        data: { [benchmarkMimeType]: payload, "text/html": "<p class='fallback'>HTML</p>", "text/plain": "text" },
      },
    ],
  }));
  const kernelspec = { name: "sightlab", display_name: "TypeScript (Sightlab)", language: "typescript" };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells });
}

/** What a value cell of the page says in its attributes. */
type Drawn = Readonly<Record<"section" | "row" | "column", string>> & Partial<Record<string, string>>;

function drawnCells(page: Page): Promise<readonly Drawn[]> {
  return page.locator(".sl-BenchmarkTable td[data-column]").evaluateAll((cells) =>
    cells.map((cell) => {
      const { row = "", column = "", ...numbers } = (cell as HTMLElement).dataset;
      return { ...numbers, row, column, section: cell.closest("tbody")?.dataset.section ?? "" };
    }),
  );
}

/** The attributes that a cell of the sample must have. */
function expectedCells(): readonly Drawn[] {
  return sampleTable.sections.flatMap(({ kind, groups }) =>
    groups.flatMap(({ rows }) =>
      rows.flatMap(({ label, cells }) =>
        sampleTable.columns.map(({ id }) => ({
          section: kind,
          row: label,
          column: id,
          ...attributes(cells[id] ?? null),
        })),
      ),
    ),
  );
}

function attributes(cell: BenchmarkCell | null): Partial<Record<string, string>> {
  const { value = null, standardError = null, differenceToBase = null, paper = null } = cell ?? {};
  const doubts = cell === null || cell.doubts.length === 0 ? null : cell.doubts.join(" ");
  const numbers = Object.entries({ value, standardError, difference: differenceToBase, doubts, paper });
  return Object.fromEntries(numbers.flatMap(([name, number]) => (number === null ? [] : [[name, String(number)]])));
}

/** WCAG 2 contrast of an element's text to what is painted behind it. */
async function contrast(page: Page, selector: string): Promise<number> {
  const luminances = await page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      if (context === null) throw new Error("no canvas");
      const behind: string[] = [];
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        behind.unshift(getComputedStyle(at).backgroundColor);
      }
      return [behind, [...behind, getComputedStyle(element).color]].map((layers) => {
        for (const colour of layers) {
          context.fillStyle = colour;
          context.fillRect(0, 0, 1, 1);
        }
        const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => {
          const c = byte / 255;
          return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      });
    });
  return (Math.max(...luminances) + 0.05) / (Math.min(...luminances) + 0.05);
}

describe("the benchmark table in JupyterLab", function () {
  this.timeout(180_000);
  const suite = labForSuite();
  let page: Page;

  before(async () => {
    await writeFile(join(suite.lab.folder, notebook), savedNotebook([sampleTable, { formatVersion: 2 }, "no table"]));
    page = await openNotebook(suite, { name: notebook });
    await page.locator(".sl-BenchmarkTable").waitFor();
  });

  it("is our element, not the HTML that stands beside it", async () => {
    assert.equal(await page.locator(".sl-BenchmarkTable").count(), 1);
    assert.equal(await page.locator(".fallback").count(), 0);
  });

  it("carries every number to the last digit", async () => {
    assert.deepEqual(await drawnCells(page), expectedCells());
  });

  it("prints percent with one decimal, the error, the difference, the paper and what is unscored", async () => {
    const cell = (row: string, column: string): Promise<string> =>
      page.locator(`[data-section="measured"] td[data-row="${row}"][data-column="${column}"]`).innerText();
    assert.equal(await cell("quickstart-a", "truthfulqa_mc.mc2"), "45.2 ± 3.2\npaper 34.1");
    assert.equal(await cell("quickstart-a", "ethics_cm.acc"), "53.0 ± 5.0\n2 unscored");
    const variant = "quickstart-b <b>bold</b>";
    assert.match(await cell(variant, "truthfulqa_mc.mc1"), /^25\.0 ± 4\.3\n▲ \+3\.0 †.*\npaper 23\.6$/s);
    assert.match(await cell(variant, "truthfulqa_mc.mc2"), /^44\.0 ± 3\.2\n▼ −1\.2/);
    assert.equal(await cell(variant, "ethics_justice.em"), "none scored\n100 unscored");
  });

  it("says better or worse by the metric's direction, in words too", async () => {
    const difference = (column: string) =>
      page.locator(`[data-column="${column}"] .sl-BenchmarkTable-difference`).first();
    assert.match(
      (await difference("wikitext.perplexity").textContent()) ?? "",
      /▼ −0\.060 †‡.*better, but with a worse language check, but with choices nearer together/,
    );
    assert.match((await difference("truthfulqa_mc.mc2").textContent()) ?? "", /▼ −1\.2.*worse/);
    assert.match((await difference("ethics_cm.acc").textContent()) ?? "", /±0\.0.*same/);
  });

  it("shows markup in names and notes as text", async () => {
    assert.equal(await page.locator(".sl-BenchmarkTable b, .sl-BenchmarkTable img").count(), 0);
    await page.locator("th", { hasText: "quickstart-b <b>bold</b>" }).waitFor();
  });

  it("is a table with a caption and scoped headings", async () => {
    assert.match((await page.locator("table.sl-BenchmarkTable-table caption").textContent()) ?? "", /^Real benchmark/);
    assert.equal(await page.locator(".sl-BenchmarkTable th:not([scope])").count(), 0);
    assert.equal(await page.locator('.sl-BenchmarkTable th[scope="col"]').count(), 1 + sampleTable.columns.length);
  });

  it("keeps the models in view while the columns scroll by keyboard", async () => {
    await page.setViewportSize({ width: 800, height: 1000 });
    const scroll = page.locator(".sl-BenchmarkTable-scroll");
    const label = page.locator('.sl-BenchmarkTable th[scope="row"]').first();
    const left = (await label.boundingBox())?.x;
    await scroll.focus();
    for (let press = 0; press < 5; press += 1) await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => (document.querySelector(".sl-BenchmarkTable-scroll")?.scrollLeft ?? 0) > 40);
    assert.equal((await label.boundingBox())?.x, left);
    await page.setViewportSize({ width: 1440, height: 1120 });
  });

  for (const theme of ["light", "dark"] as const) {
    it(`can be read in the ${theme} theme`, async () => {
      await chooseTheme(page, theme);
      for (const part of ["value", "error", "paper", "unscored", "key", "notes", "difference"]) {
        const found = await contrast(page, `.sl-BenchmarkTable-${part}`);
        assert.ok(found >= 4.5, `${part}: contrast ${found.toFixed(2)}`);
      }
      for (const meaning of ["better", "worse"]) {
        const found = await contrast(page, `.sl-BenchmarkTable-difference.sl-mod-${meaning}`);
        assert.ok(found >= 4.5, `${meaning}: contrast ${found.toFixed(2)}`);
      }
    });
  }

  it("says what is wrong with a payload that is no table", async () => {
    const messages = await page.locator(".sl-BenchmarkProblem-message").allInnerTexts();
    assert.deepEqual(messages, [
      'Cannot read benchmark table at "table.formatVersion": expected 1, got 2',
      'Cannot read benchmark table at "table": expected an object, got "no table"',
    ]);
  });

  it("is drawn in Notebook 7 too", async () => {
    const other = await openNotebook(suite, { name: notebook, inside: "notebook" });
    await other.locator(".sl-BenchmarkTable").waitFor();
    assert.deepEqual(await drawnCells(other), expectedCells());
    await other.close();
  });
});
