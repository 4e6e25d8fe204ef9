import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";
import { KernelClient } from "./client.ts";
import "./shared.ts";

describe("kernel: history", function () {
  this.timeout(60_000);
  const data = temporaryFolder("history");
  let kernel: KernelClient;

  const start = async (): Promise<void> => {
    kernel = await KernelClient.start({ env: { JUPYTER_DATA_DIR: data } });
  };
  const history = async (request: object): Promise<unknown> =>
    (await kernel.request("history_request", { output: false, raw: true, ...request })).history as unknown;

  before(start);
  after(async () => {
    await kernel.close();
  });

  it("keeps what ran, not what was silent", async () => {
    for (const code of ["let a = 1", "a + 1", "a + 1"]) await kernel.run(code);
    await kernel.run("'silent'", { silent: true });
    await kernel.run("'not stored'", { store_history: false });
    const expected = [
      [1, 1, "let a = 1"],
      [1, 2, "a + 1"],
      [1, 3, "a + 1"],
    ];
    assert.deepEqual(await history({ hist_access_type: "tail", n: 10 }), expected);
    assert.deepEqual(await history({ hist_access_type: "range", session: 0, start: 2, stop: 3 }), [expected[1]]);
  });

  it("survives a restart and a line cut short", async () => {
    await kernel.close();
    appendFileSync(join(data, "sightlab/history.jsonl"), `{"session":1,"li\n`);
    await start();
    await kernel.run("'second session'");
    assert.deepEqual(await history({ hist_access_type: "tail", n: 2 }), [
      [1, 3, "a + 1"],
      [2, 1, "'second session'"],
    ]);
    assert.deepEqual(await history({ hist_access_type: "range", session: -1, start: 1, stop: 2 }), [
      [1, 1, "let a = 1"],
    ]);
  });

  it("is searched by pattern, each source once where asked", async () => {
    assert.deepEqual(await history({ hist_access_type: "search", pattern: "a*", n: 5, unique: true }), [
      [1, 3, "a + 1"],
    ]);
    assert.deepEqual(await history({ hist_access_type: "search", pattern: "*sess?on*" }), [[2, 1, "'second session'"]]);
    assert.deepEqual(await history({ hist_access_type: "search", pattern: "a+1" }), []);
    assert.deepEqual(await history({ hist_access_type: "tail", n: 1, output: true }), [
      [2, 1, ["'second session'", null]],
    ]);
  });
});
