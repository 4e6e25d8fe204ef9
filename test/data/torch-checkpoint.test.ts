import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";

import { bf16ToF32, f16ToF32 } from "../../src/base/dtype.ts";
import { ModelFormatError } from "../../src/base/errors.ts";
import { elementCount } from "../../src/base/shape.ts";
import { readTorchCheckpoint, type TorchTensor } from "../../src/data/torch-checkpoint.ts";

const folder = fileURLToPath(new URL("../golden/torch/", import.meta.url));

interface Golden {
  readonly files: Readonly<Record<string, Readonly<Record<string, GoldenTensor>>>>;
}

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly contiguous: boolean;
  readonly values: readonly number[];
}

const golden = JSON.parse(readFileSync(`${folder}expected.json`, "utf8")) as Golden;

describe("data/torch-checkpoint", () => {
  let scratch: string;

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), "sightlab-torch-"));
  });

  after(() => {
    rmSync(scratch, { recursive: true });
  });

  for (const name of ["state.bin", "nested.pth"]) {
    it(`readTorchCheckpoint() finds every tensor of ${name} where torch wrote it`, async () => {
      const { tensors } = await readTorchCheckpoint(folder + name);
      const expected = golden.files[name] ?? {};
      assert.deepEqual([...tensors.keys()].sort(), Object.keys(expected).sort());
      for (const [path, { shape, strides, contiguous, values }] of Object.entries(expected)) {
        const tensor = tensors.get(path);
        assert.ok(tensor);
        assert.deepEqual([tensor.shape, tensor.strides, tensor.isContiguous], [shape, strides, contiguous], path);
        assert.deepEqual(readElements(folder + name, tensor), values, path);
      }
    });
  }

  it("readTorchCheckpoint() maps tied tensors to the same bytes and keeps plain values", async () => {
    const { tensors } = await readTorchCheckpoint(`${folder}state.bin`);
    assert.equal(tensors.get("model.tied")?.offset, tensors.get("model.weight")?.offset);
    const { values } = await readTorchCheckpoint(`${folder}nested.pth`);
    assert.deepEqual(Object.fromEntries(values), {
      epoch: 3,
      lr: 2e-5,
      name: "né",
      done: false,
      none: null,
      "list.1": -7,
    });
  });

  it("readTorchCheckpoint() names a function that a pickle wants, and runs nothing", async () => {
    await assert.rejects(readTorchCheckpoint(`${folder}function.pt`), {
      name: "ModelFormatError",
      message: /function\.pt" at byte \d+: expected tensors and plain containers only, got "posixpath\.join"/,
    });
  });

  it("readTorchCheckpoint() says what it wants of a file in torch's old format", async () => {
    await assert.rejects(readTorchCheckpoint(`${folder}legacy.bin`), {
      name: "ModelFormatError",
      message: /legacy\.bin": expected the end record of a zip archive/,
    });
  });

  it("readTorchCheckpoint() answers damaged files with a ModelFormatError or a sound result", async () => {
    const whole = readFileSync(`${folder}state.bin`);
    const damage = fc.record({
      flips: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
      length: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
    });
    const file = join(scratch, "damaged.bin");
    await fc.assert(
      fc.asyncProperty(damage, async ({ flips, length }) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of flips) bytes[at] = value;
        writeFileSync(file, bytes.subarray(0, length));
        try {
          const { tensors } = await readTorchCheckpoint(file);
          for (const tensor of tensors.values()) {
            assert.ok(tensor.offset + elementCount(tensor.shape) <= length || !tensor.isContiguous);
          }
        } catch (error) {
          assert.ok(error instanceof ModelFormatError || error instanceof RangeError, String(error));
          if (error instanceof RangeError) assert.match(error.message, /^Cannot count the elements/);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

/** The tensor's elements in row-major order, read one by one. */
function readElements(file: string, tensor: TorchTensor): number[] {
  const bytes = readFileSync(file);
  const read = {
    f32: (at: number) => bytes.readFloatLE(tensor.offset + 4 * at),
    f64: (at: number) => bytes.readDoubleLE(tensor.offset + 8 * at),
    f16: (at: number) => f16ToF32(bytes.readUInt16LE(tensor.offset + 2 * at)),
    bf16: (at: number) => bf16ToF32(bytes.readUInt16LE(tensor.offset + 2 * at)),
    i64: (at: number) => Number(bytes.readBigInt64LE(tensor.offset + 8 * at)),
    i32: (at: number) => bytes.readInt32LE(tensor.offset + 4 * at),
    u8: (at: number) => bytes.readUInt8(tensor.offset + at),
    bool: (at: number) => bytes.readUInt8(tensor.offset + at),
  }[tensor.dtype];
  return Array.from({ length: elementCount(tensor.shape) }, (_, index) => {
    let rest = index;
    let at = 0;
    for (let axis = tensor.shape.length - 1; axis >= 0; axis -= 1) {
      const size = tensor.shape[axis] ?? 1;
      at += (rest % size) * (tensor.strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    return read(at);
  });
}
