import assert from "node:assert/strict";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ModelFormatError } from "../../src/base/errors.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { createSession } from "../../src/runtime/session.ts";
import { modelBytes, node, port } from "./onnx-model.ts";

const weights = tensor("f32", [2, 2], Float32Array.of(1, 2, 3, 4));
const x: Tensor = tensor("f32", [1, 2], Float32Array.of(1, 10));
const product = tensor("f32", [1, 2], Float32Array.of(31, 42));

/** y = x · w, where w lies in a file. */
function model(location: string, offset: number, length = 16): Uint8Array {
  return modelBytes({
    inputs: [port("x", "f32", ["B", 2])],
    outputs: [port("y", "f32", ["B", 2])],
    nodes: [node("MatMul", ["x", "w"], "y")],
    weights: [{ name: "w", value: weights, external: { location, offset, length } }],
  });
}

describe("createSession() with weights in a file", () => {
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-test-"));
    const bytes = new Uint8Array(7 + 16);
    bytes.set(new Uint8Array(weights.data.buffer), 7);
    await writeFile(join(folder, "weights.safetensors"), bytes);
    await symlink("weights.safetensors", join(folder, "link.safetensors"));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  for (const prepack of [true, false]) {
    it(`reads them where they are, at any offset (prepack: ${String(prepack)})`, async () => {
      const location = join(folder, "weights.safetensors").slice(1);
      using session = await createSession(model(location, 7), { prepack });
      assert.deepEqual((await session.run({ x })).y, product);
    });
  }

  it("reads them relative to a folder, and through a link", async () => {
    for (const name of ["weights.safetensors", "link.safetensors"]) {
      using session = await createSession(model(name, 7), { externalFolder: folder });
      assert.deepEqual((await session.run({ x })).y, product);
    }
  });

  it("rejects a file that is not there or too short, and names it", async () => {
    const options = { externalFolder: folder };
    await assert.rejects(createSession(model("nothing.safetensors", 0), options), (error: unknown) => {
      assert(error instanceof ModelFormatError);
      assert.match(error.message, /nothing\.safetensors/);
      return true;
    });
    await assert.rejects(createSession(model("weights.safetensors", 16), options), ModelFormatError);
    await assert.rejects(createSession(model("weights.safetensors", 7, 12), options), ModelFormatError);
  });
});
