import assert from "node:assert/strict";

import { miniature } from "./miniature.ts";

const notebook = (cell: object, kernel = "sightlab"): string =>
  JSON.stringify({
    cells: [{ cell_type: "code", outputs: [], execution_count: null, ...cell }],
    metadata: { kernelspec: { name: kernel } },
  });

describe("checks/notebooks", () => {
  it("notebookProblems() finds outputs, execution counts and a foreign kernel", async () => {
    using small = miniature({
      "notebooks/clean.ipynb": notebook({}),
      "notebooks/counted.ipynb": notebook({ execution_count: 3 }),
      "notebooks/foreign.ipynb": notebook({}, "python3"),
      "notebooks/run.ipynb": notebook({ outputs: [{ output_type: "stream" }] }),
    });
    const code = `import { notebookProblems } from "./scripts/checks/notebooks.mjs"; console.log(notebookProblems().join("\\n"));`;
    assert.deepEqual((await small.run(code)).output.trim().split("\n"), [
      "counted.ipynb, cell 1: has an execution count; clear it before committing",
      "foreign.ipynb: expected the kernel sightlab, got python3",
      "run.ipynb, cell 1: has outputs; clear them before committing",
    ]);
  });
});
