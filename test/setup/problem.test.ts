import assert from "node:assert/strict";

import { miniature } from "./miniature.ts";

/** What npm 11, pip 25 and Python 3.11 really print, with the beginning of the sentence that each becomes. */
const cases = [
  [
    "npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write",
    "The disk is full while working: free about 2 GB",
  ],
  [
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "The disk is full while working",
  ],
  [
    "npm error code ECONNREFUSED\nnpm error FetchError: request to https://r/x failed",
    "No network while working: connect",
  ],
  [
    "npm error code ENOTFOUND\nnpm error network request to https://r/x failed, reason: getaddrinfo",
    "No network while working",
  ],
  [
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found for anyio==4.16.0",
    "No network while working",
  ],
  [
    "ERROR: No matching distribution found for rpds-py==0.30.0",
    "No ready-made rpds-py==0.30.0 for this Python while working: set PYTHON",
  ],
  [
    "Error: [Errno 13] Permission denied: '/srv/sightlab/.venv'",
    "No permission while working: make this folder writable",
  ],
  ["something else\nthe last line\n\n", "A step failed while working (the last line): all it printed is in x.log"],
] as const;

describe("setup/problem", () => {
  it("explain() turns what a program printed into one sentence that says what to do", async () => {
    using small = miniature();
    const code = `
      import { explain } from "./scripts/setup/problem.mjs";
      const outputs = ${JSON.stringify(cases.map(([output]) => output))};
      console.log(JSON.stringify(outputs.map((output) => explain({ doing: "working", output, log: "x.log" }).message)));`;
    const { output } = await small.run(code);
    const sentences = JSON.parse(output) as unknown[];
    for (const [index, [printed, start]] of cases.entries()) {
      const sentence = String(sentences[index]);
      assert.ok(sentence.startsWith(start), `${printed} became: ${sentence}`);
      assert.ok(!sentence.includes("\n"));
    }
  });
});
