import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cudaFailure, fetchedCuda } from "../../src/runtime/cuda.ts";
import { skip } from "../skip.ts";
import { runCase } from "./child/run.ts";

/** A driver with nothing behind it: every call fails as `code`; its version is `version`. */
function stubSource(code: number, version: number): string {
  return `
#include <string.h>
int cuTensorMapEncodeTiled(void) { return 999; }
int cuInit(unsigned flags) { return ${code}; }
int cuDriverGetVersion(int *found) { *found = ${version}; return 0; }
int cuGetProcAddress_v2(const char *name, void **place, int asked, unsigned long long flags, int *status) {
  *place = (void *)cuTensorMapEncodeTiled;
  if (!strcmp(name, "cuInit")) *place = (void *)cuInit;
  if (!strcmp(name, "cuDriverGetVersion")) *place = (void *)cuDriverGetVersion;
  if (!strcmp(name, "cuGetProcAddress")) *place = (void *)cuGetProcAddress_v2;
  if (status) *status = 0;
  return 0;
}`;
}

describe("runtime/cuda", () => {
  it("cudaFailure() tells ONNX Runtime's messages in words", () => {
    // As onnxruntime-gpu 1.30.0 gave them, over drivers that were absent, too old or without a GPU; the last one is made up.
    const head =
      "/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 [ONNXRuntimeError] : 1 : FAIL : ";
    const parsed = 'provider_options_utils.h:187 Parse Failed to parse provider option "device_id": ';
    const failed = "Failed to load library /tmp/sightlab-x/libonnxruntime_providers_cuda.so with error: ";
    const words = (message: string): string => cudaFailure(new Error(head + message)).message;
    const start = 'Cannot use the device "cuda": ';
    assert.equal(
      words(`${failed}libcublasLt.so.13: cannot open shared object file: No such file or directory`),
      `${start}libonnxruntime_providers_cuda.so needs libcublasLt.so.13, which the system's loader does not find`,
    );
    assert.equal(
      words(`${failed}libcuda.so.1: cannot open shared object file: No such file or directory`),
      `${start}no NVIDIA driver was found (libcuda.so.1)`,
    );
    assert.equal(
      words(`${failed}/tmp/sightlab-x/libonnxruntime_providers_cuda.so: invalid ELF header`),
      `${start}libonnxruntime_providers_cuda.so cannot be loaded: /tmp/sightlab-x/libonnxruntime_providers_cuda.so: invalid ELF header`,
    );
    assert.equal(
      words(`${parsed}CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1`),
      `${start}the NVIDIA driver is too old for it`,
    );
    assert.equal(
      words(`${parsed}CUDA failure 100: no CUDA-capable device is detected ; GPU=-1`),
      `${start}no NVIDIA GPU was found`,
    );
    assert.equal(words("CUDA failure 2: out of memory ; GPU=0"), `${start}the GPU has too little free memory`);
    assert.equal(words("something else"), `${start}${head}something else`);
  });

  // The provider and NVIDIA's libraries are 1 GB: who wants these tests runs `npm run cuda` before, as CI does.
  if (fetchedCuda() !== undefined) {
    for (const [name, code, version, expected] of [
      ["without a GPU", 100, 13020, "no NVIDIA GPU was found"],
      ["that is too old", 0, 11000, "the NVIDIA driver is too old for it"],
    ] as const) {
      it(`the provider loads where it was fetched to, and a driver ${name} is told in words`, async function () {
        const folder = mkdtempSync(join(tmpdir(), "sightlab-driver-"));
        try {
          if (!compileStub(folder, stubSource(code, version))) skip(this, "needs a C compiler, gcc");
          const {
            code: exit,
            stdout,
            stderr,
          } = await runCase("a CUDA provider over a stub driver", { LD_LIBRARY_PATH: folder });
          assert.deepEqual([exit, stderr], [0, ""]);
          const failure = `Cannot use the device "cuda": ${expected}`;
          const unasked = "the CPU, because no provider of another device was given";
          assert.deepEqual(JSON.parse(stdout), [failure, `the CPU: ${failure}`, unasked]);
        } finally {
          rmSync(folder, { recursive: true });
        }
      }).timeout(120_000);
    }
  }
});

/** Compiles libcuda.so.1 into a folder; false where there is no compiler. */
function compileStub(folder: string, source: string): boolean {
  const [library, file] = [join(folder, "libcuda.so.1"), join(folder, "stub.c")];
  writeFileSync(file, source);
  const { error, status } = spawnSync("gcc", ["-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", "-o", library, file]);
  if (error === undefined) assert.equal(status, 0);
  return error === undefined;
}
