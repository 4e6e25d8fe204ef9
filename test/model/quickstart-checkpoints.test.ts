import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeQuickstartCheckpoints } from "../../src/model/quickstart-checkpoints.ts";

describe("model/quickstart-checkpoints", () => {
  it("writeQuickstartCheckpoints() writes two different models and leaves what is there, unless told to replace", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-quickstart-"));
    try {
      const [a, b] = await writeQuickstartCheckpoints(folder);
      const weights = (path: string): Promise<Buffer> => readFile(join(path, "model.safetensors"));
      const first = await weights(a);
      assert.notDeepEqual(first, await weights(b));
      await writeFile(join(a, "model.safetensors"), "mine");
      await writeQuickstartCheckpoints(folder);
      assert.equal((await weights(a)).toString(), "mine");
      assert.deepEqual(await writeQuickstartCheckpoints(folder, { replace: true }), [a, b]);
      assert.deepEqual(await weights(a), first);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
