import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkout, type Ended, run } from "../setup/miniature.ts";

interface Cell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly { readonly output_type: string; readonly evalue?: string }[];
}

/** Runs a Jupyter program of the private environment, in a folder, with the private Jupyter folders. */
async function jupyter(parameters: readonly string[], folder: string): Promise<Ended> {
  const code = `
    import { runShown } from "./scripts/setup/child.mjs";
    import { jupyterEnvironment } from "./scripts/setup/jupyter-environment.mjs";
    import { python } from "./scripts/setup/paths.mjs";
    const { folder, parameters } = JSON.parse(process.argv[1]);
    process.exitCode = await runShown(python, parameters, { env: jupyterEnvironment(), cwd: folder });`;
  const told = JSON.stringify({ folder, parameters });
  return await run(process.execPath, ["--input-type=module", "--eval", code, told], { folder: checkout });
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
      const { code, output } = await jupyter(["-m", "jupyter", "execute", "--inplace", "--timeout=300", name], folder);
      assert.equal(code, 0, output);
      assertAllRan(join(folder, name));
    });

    it(`${name} by nbconvert --execute`, async () => {
      copyFileSync(join(checkout, "notebooks", name), join(folder, name));
      const parameters = ["-m", "nbconvert", "--execute", "--to", "notebook", "--output", "executed.ipynb", name];
      const { code, output } = await jupyter(parameters, folder);
      assert.equal(code, 0, output);
      assertAllRan(join(folder, "executed.ipynb"));
    });
  }

  it("a cell that throws fails the run, so that the tests above can fail", async () => {
    const broken = join(folder, "broken.ipynb");
    copyFileSync(join(checkout, "test", "notebook", "throws.ipynb"), broken);
    const { code, output } = await jupyter(["-m", "jupyter", "execute", "--inplace", "broken.ipynb"], folder);
    assert.notEqual(code, 0);
    assert.match(output, /on purpose/);
  });
});
