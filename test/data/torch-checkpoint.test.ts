import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";

import { bf16ToF32, dtypeBytes, f16ToF32 } from "../../src/base/dtype.ts";
import { ModelFormatError } from "../../src/base/errors.ts";
import { elementCount } from "../../src/base/shape.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readTorchCheckpoint, type TorchTensor } from "../../src/data/torch-checkpoint.ts";
import { torchFile } from "./torch-file.ts";

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
          assert.ok(error instanceof ModelFormatError, String(error));
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("data/torch-checkpoint, declared tensors", () => {
  let file = "";
  before(() => {
    file = join(mkdtempSync(join(tmpdir(), "sightlab-torch-")), "x.bin");
  });
  after(() => {
    rmSync(dirname(file), { recursive: true });
  });

  const storages = { "0": new Uint8Array(48), "1": new Uint8Array(7), empty: new Uint8Array() };
  const types = ["FloatStorage", "HalfStorage", "ByteStorage", "LongStorage"];

  it("readTorchCheckpoint() lets tensors share, overlap and stride over a storage, and none leave it", async () => {
    const size = fc.oneof({ weight: 20, arbitrary: fc.nat(3) }, fc.constantFrom(2 ** 31, 2 ** 52, 48));
    const step = fc.oneof({ weight: 20, arbitrary: fc.nat(4) }, fc.constantFrom(2 ** 31, 2 ** 52, -1));
    const rank = (length: number): fc.ArrayConstraints => ({ minLength: length, maxLength: length });
    const declared = fc.nat(3).chain((axes) =>
      fc.record({
        storage: fc.oneof({ weight: 6, arbitrary: fc.constant("0") }, fc.constantFrom("1", "empty", "none")),
        type: fc.constantFrom(...types),
        offset: step,
        shape: fc.array(size, rank(axes)),
        strides: fc.oneof({ weight: 9, arbitrary: fc.array(step, rank(axes)) }, fc.array(step, { maxLength: 4 })),
      }),
    );
    let sound = 0;
    await fc.assert(
      fc.asyncProperty(declared, declared, async (first, second) => {
        writeFileSync(file, torchFile({ first, second }, storages));
        try {
          const { tensors } = await readTorchCheckpoint(file);
          const whole = readFileSync(file).length;
          for (const { shape, strides, offset, dtype, isContiguous } of tensors.values()) {
            const bytes = dtypeBytes[dtype];
            const last = shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), 0);
            if (shape.includes(0)) continue;
            assert.ok(offset >= 0 && offset + (last + 1) * bytes <= whole);
            if (isContiguous) assert.equal(last + 1, elementCount(shape));
          }
          sound += 1;
        } catch (error) {
          assert.ok(error instanceof ModelFormatError, String(error));
          assert.ok(error.message.includes(file), error.message);
        }
      }),
      { numRuns: 600, seed: 9 },
    );
    assert.ok(sound > 60, `${sound} sound files`);
  });

  it("a checkpoint of strided tensors is refused by name, of shared ones mapped", async () => {
    const folder = dirname(file);
    const plain = { storage: "0", type: "FloatStorage", offset: 2, shape: [2, 3], strides: [3, 1] };
    const write = (second: object): void => {
      writeFileSync(join(folder, "pytorch_model.bin"), torchFile({ a: plain, b: { ...plain, ...second } }, storages));
    };
    write({ offset: 4, shape: [4], strides: [1] });
    const tensors = await readCheckpointTensors(folder);
    const [a, b] = [tensors.get("a"), tensors.get("b")];
    assert.equal((b?.offset ?? 0) - (a?.offset ?? 0), 8);
    assert.equal(b?.length, 16);
    write({ shape: [3, 2], strides: [1, 3] });
    await assert.rejects(readCheckpointTensors(folder), {
      name: "ModelFormatError",
      message: `Cannot map tensor "b" at "${folder}/pytorch_model.bin": expected rows without gaps, got strides`,
    });
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
