import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkout } from "../setup/miniature.ts";
import { jupyter } from "./jupyter.ts";

interface Cell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly { readonly output_type: string; readonly evalue?: string }[];
}

/** A widget as a notebook keeps it. */
interface SavedModel {
  readonly model_name: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** The code cells of an executed notebook. */
function codeCells(file: string): readonly Cell[] {
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as { readonly cells: readonly Cell[] };
  return cells.filter((cell) => cell.cell_type === "code");
}

function assertAllRan(file: string): void {
  const cells = codeCells(file);
  assert.ok(cells.length > 0);
  for (const [index, { execution_count: count, outputs = [] }] of cells.entries()) {
    const errors = outputs.filter((output) => output.output_type === "error").map((output) => output.evalue);
    assert.deepEqual(errors, [], `code cell ${index + 1}`);
    assert.equal(count, index + 1, `code cell ${index + 1} ran once, in its turn`);
  }
}

describe("notebooks run top to bottom through our own kernel", function () {
  this.timeout(600_000);
  const notebooks = readdirSync(join(checkout, "notebooks")).filter((name) => name.endsWith(".ipynb"));
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-notebook-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of notebooks) {
    it(`${name} by nbclient`, async () => {
      copyFileSync(join(checkout, "notebooks", name), join(folder, name));
      const { code, output } = await jupyter(["-m", "jupyter", "execute", "--inplace", "--timeout=300", name], {
        folder,
      });
      assert.equal(code, 0, output);
      assertAllRan(join(folder, name));
    });

    it(`${name} by nbconvert --execute`, async () => {
      copyFileSync(join(checkout, "notebooks", name), join(folder, name));
      const parameters = ["-m", "nbconvert", "--execute", "--to", "notebook", "--output", "executed.ipynb", name];
      const { code, output } = await jupyter(parameters, { folder });
      assert.equal(code, 0, output);
      assertAllRan(join(folder, "executed.ipynb"));
    });
  }

  it("the gallery's widgets are saved by nbclient and stand in nbconvert's page", async () => {
    const name = "kernel-gallery.ipynb";
    copyFileSync(join(checkout, "notebooks", name), join(folder, name));
    const { code, output } = await jupyter(["-m", "nbconvert", "--execute", "--to", "html", name], { folder });
    assert.equal(code, 0, output);
    const page = readFileSync(join(folder, "kernel-gallery.html"), "utf8");
    const state = /<script type="application\/vnd\.jupyter\.widget-state\+json">([\s\S]*?)<\/script>/.exec(page)?.[1];
    const models = Object.values((JSON.parse(state ?? "{}") as { state: Record<string, SavedModel> }).state);
    const slider = models.find(({ model_name: kind, state: { max } }) => kind === "IntSliderModel" && max === 2000);
    assert.equal(slider?.state.description, "Questions");
    const plot = models.find(
      ({ model_name: kind, state: { value } }) => kind === "HTMLModel" && String(value).includes("60.0 ± 4.9"),
    );
    assert.ok(plot !== undefined, "the plot is saved as its sliders left it");
  });

  it("a cell that throws fails the run, so that the tests above can fail", async () => {
    const broken = join(folder, "broken.ipynb");
    copyFileSync(join(checkout, "test", "notebook", "throws.ipynb"), broken);
    const { code, output } = await jupyter(["-m", "jupyter", "execute", "--inplace", "broken.ipynb"], { folder });
    assert.notEqual(code, 0);
    assert.match(output, /on purpose/);
  });
});
