import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { DeviceError } from "../../../src/base/errors.ts";
import { apiTable } from "../../../src/runtime/native/api-table.ts";
import { loadLibrary, shippedLibraryPath } from "../../../src/runtime/native/library.ts";
import { newSlot } from "../../../src/runtime/native/memory.ts";
import { prepareRun } from "../../../src/runtime/native/runs.ts";
import { runtime } from "../../../src/runtime/native/runtime.ts";
import { signatures } from "../../../src/runtime/native/signatures.ts";
import { checkStatus, OrtError } from "../../../src/runtime/native/status.ts";
import { valueOver } from "../../../src/runtime/native/values.ts";

describe("loadLibrary()", () => {
  it("loads the version that package.json pins", () => {
    const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    const library = loadLibrary(shippedLibraryPath());
    assert.equal(library.version, version);
    assert.equal(library.apiVersion, 24);
    assert.equal(version, "1.30.0");
  });

  it("rejects a library that is not there, one that is another, and a C API it does not offer", () => {
    assert.throws(() => loadLibrary("/nowhere/libonnxruntime.so.1"), DeviceError);
    assert.throws(() => loadLibrary(process.execPath), DeviceError);
    assert.throws(() => loadLibrary(shippedLibraryPath(), 1000), /expected one with C API version 1000/);
  });
});

describe("apiTable", () => {
  it("has a place of its own for each signature", () => {
    assert.deepEqual(Object.keys(apiTable).sort(), Object.keys(signatures).sort());
    assert.equal(new Set(Object.values(apiTable)).size, Object.keys(apiTable).length);
  });
});

describe("checkStatus()", () => {
  it("turns a status into an error with ONNX Runtime's code and message", () => {
    const { api } = runtime();
    const out = newSlot();
    checkStatus(api, api.CreateSessionOptions(out.address));
    const settings = out.pointer();
    checkStatus(api, null);
    assert.throws(
      () => {
        checkStatus(api, api.SetSessionGraphOptimizationLevel(settings, 77));
      },
      (error: unknown) => error instanceof OrtError && error.message.length > 0 && error.code !== "ok",
    );
    api.ReleaseSessionOptions(settings);
  });
});

describe("prepareRun()", () => {
  it("refuses a value where a session is wanted", () => {
    using value = valueOver({ dtype: "f32", shape: [1], data: new Float32Array(1) }, "x");
    assert.throws(
      () => prepareRun(value as never, { inputs: [], outputs: [] }),
      /Cannot use a value here: expected a session/,
    );
  });
});
