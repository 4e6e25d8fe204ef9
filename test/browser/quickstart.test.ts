import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Page } from "playwright-core";
import { percent } from "../../extension/src/percent.ts";
import { loadResults } from "../../src/result/file.ts";
import { type ResultTable } from "../../src/result/table.ts";
import { notebookForSuite, screenshots } from "./lab-for-suite.ts";
import { choose, chooseTheme, openNotebook, scrollTo } from "./notebook-page.ts";

const root = join(import.meta.dirname, "..", "..");
const name = "00-quickstart.ipynb";

/** One cell of the page: what it says in its attributes, and what a reader sees. */
interface Drawn {
  readonly section: string;
  readonly row: string;
  readonly column: string;
  readonly value: string | undefined;
  readonly standardError: string | undefined;
  readonly text: string;
}

function drawnCells(page: Page): Promise<readonly Drawn[]> {
  return page.locator(".sl-BenchmarkTable td[data-column]").evaluateAll((cells) =>
    cells.map((cell) => {
      const { row = "", column = "", value, standardError } = (cell as HTMLElement).dataset;
      const section = cell.closest("tbody")?.dataset.section ?? "";
      return { section, row, column, value, standardError, text: (cell as HTMLElement).innerText };
    }),
  );
}

/** One number of the Arrow table, read from its columns. */
interface Measured {
  readonly model: string;
  readonly column: string;
  readonly value: number | null;
  readonly standardError: number | null;
}

function arrowRows({ summary }: ResultTable): readonly Measured[] {
  const text = (row: number, column: string): string => String(summary.getChild(column)?.get(row));
  const number = (row: number, column: string): number | null => {
    const found: unknown = summary.getChild(column)?.get(row);
    return typeof found === "number" ? found : null;
  };
  return Array.from({ length: summary.numRows }, (_, row) => ({
    model: text(row, "model"),
    column: `${text(row, "benchmark")}.${text(row, "metric")}`,
    value: number(row, "value"),
    standardError: number(row, "standardError"),
  }));
}

interface SavedCell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly { readonly output_type: string; readonly data?: Readonly<Record<string, unknown>> }[];
}

describe("the quickstart notebook in JupyterLab", function () {
  this.timeout(600_000);
  const suite = notebookForSuite(name);

  it("runs from top to bottom without an error", async () => {
    await choose(suite.page, "File", "Save Notebook");
    await suite.page.locator(".jp-mod-dirty").waitFor({ state: "detached" });
    const { cells } = JSON.parse(await readFile(join(suite.lab.folder, name), "utf8")) as {
      readonly cells: SavedCell[];
    };
    const code = cells.filter((cell) => cell.cell_type === "code");
    assert.deepEqual(
      code.map((cell) => cell.execution_count),
      code.map((_, index) => index + 1),
    );
    const outputs = code.flatMap((cell) => cell.outputs ?? []);
    assert.deepEqual(
      outputs.filter((output) => output.output_type === "error"),
      [],
    );
  });

  it("shows our element with every number equal to the Arrow value", async () => {
    const measured = arrowRows(await loadResults(join(suite.lab.folder, "quickstart.arrow")));
    const drawn = (await drawnCells(suite.page)).filter(({ section }) => section !== "paper");
    let compared = 0;
    for (const cell of drawn) {
      const row = measured.find((one) => one.model === cell.row && one.column === cell.column);
      assert.equal(cell.value, row?.value?.toString(), `${cell.row}, ${cell.column}`);
      assert.equal(cell.standardError, row?.standardError?.toString(), `${cell.row}, ${cell.column}`);
      if (row?.value === null || row === undefined) continue;
      const error = row.standardError === null ? "" : ` ± ${percent(row.standardError)}`;
      assert.ok(cell.text.startsWith(`${percent(row.value)}${error}`), cell.text);
      compared += 1;
    }
    // Every number that the Arrow table has stands in the page.
    assert.equal(compared, measured.filter(({ value }) => value !== null).length);
    assert.ok(compared > 0);
  });

  it("shows the paper's Table 1 as it was printed", async () => {
    const csv = await readFile(join(root, "datasets", "paper", "table1_truthfulness_ethics.csv"), "utf8");
    const [head = "", ...lines] = csv.trim().split("\n");
    const mc1 = head.split(",").indexOf("mc1");
    const drawn = await drawnCells(suite.page);
    const shown = drawn.filter(({ section, column }) => section === "paper" && column === "truthfulqa_mc.mc1");
    assert.deepEqual(
      shown.map(({ text }) => text.split("\n")[0]),
      lines.map((line) => line.split(",")[mc1]),
    );
  });

  it("has its picture taken in both themes", async () => {
    const table = suite.page.locator(".sl-BenchmarkTable");
    const pictures: Buffer[] = [];
    for (const theme of ["light", "dark"] as const) {
      await chooseTheme(suite.page, theme);
      await table.evaluate((element) => {
        element.scrollIntoView({ block: "start" });
      });
      pictures.push(await suite.page.screenshot({ path: join(screenshots, `quickstart-${theme}.png`) }));
    }
    assert.notDeepEqual(pictures[0], pictures[1]);
  });

  it("opens in Notebook 7 with the same table", async () => {
    const other = await openNotebook(suite, { name, inside: "notebook" });
    await scrollTo(other, ".sl-BenchmarkTable");
    assert.deepEqual(await drawnCells(other), await drawnCells(suite.page));
    await other.close();
  });
});
