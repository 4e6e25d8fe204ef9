import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cudaFailure } from "../../src/runtime/cuda.ts";
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

  // The provider is 250 MB: who has it (the wheel onnxruntime-gpu 1.30.0 unpacked, NVIDIA's libraries, gcc) names its folder,
  // and those of the libraries in LD_LIBRARY_PATH.
  if ((process.env.SIGHTLAB_CUDA_PROVIDER ?? "") !== "") {
    for (const [name, code, version, expected] of [
      ["without a GPU", 100, 13020, "no NVIDIA GPU was found"],
      ["that is too old", 0, 11000, "the NVIDIA driver is too old for it"],
    ] as const) {
      it(`the provider loads from a folder, and a driver ${name} is told in words`, async () => {
        const folder = mkdtempSync(join(tmpdir(), "sightlab-driver-"));
        try {
          writeFileSync(join(folder, "stub.c"), stubSource(code, version));
          const place = ["-o", join(folder, "libcuda.so.1"), join(folder, "stub.c")];
          execFileSync("gcc", ["-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", ...place]);
          const libraries = `${folder}:${process.env.LD_LIBRARY_PATH ?? ""}`;
          const {
            code: exit,
            stdout,
            stderr,
          } = await runCase("a CUDA provider over a stub driver", {
            LD_LIBRARY_PATH: libraries,
          });
          assert.deepEqual([exit, stderr], [0, ""]);
          const failure = `Cannot use the device "cuda": ${expected}`;
          assert.deepEqual(JSON.parse(stdout), [failure, `the CPU: ${failure}`]);
        } finally {
          rmSync(folder, { recursive: true });
        }
      }).timeout(120_000);
    }
  }
});
