import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, rmdir, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import fc from "fast-check";

import { f16ToF32 } from "../../src/base/dtype.ts";
import { ModelFormatError } from "../../src/base/errors.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import type { LazyTensor } from "../../src/data/lazy-tensor.ts";
import { readFloats, readSafetensors } from "../../src/data/safetensors.ts";
import { writeSafetensors } from "../../src/data/safetensors-writer.ts";

function safetensors(header: string, data = 0): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(data)]);
}

function entry(dtype: string, shape: readonly number[], offsets: readonly number[]): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets });
}

describe("data/safetensors", () => {
  let folder = "";
  let file = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-safetensors-"));
    file = join(folder, "model.safetensors");
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  async function rejects(bytes: Buffer, message: string): Promise<void> {
    await writeFile(file, bytes);
    await assert.rejects(readSafetensors(file), { name: "ModelFormatError", message: message.replace("FILE", file) });
  }

  it("readSafetensors() finds what writeSafetensors() wrote, aligned", async () => {
    await writeSafetensors(
      file,
      new Map<string, Tensor>([
        ["half", tensor("f16", [3], Uint16Array.of(1, 2, 3))],
        ["wide", tensor("i64", [1, 1], BigInt64Array.of(7n))],
        ["single", tensor("f32", [], Float32Array.of(1.5))],
        ["none", tensor("f32", [0, 4], new Float32Array(0))],
      ]),
    );
    const tensors = await readSafetensors(file);
    const start = tensors.get("wide")?.offset ?? -1;
    assert.equal(start % 8, 0);
    assert.deepEqual([...tensors.keys()].sort(), ["half", "none", "single", "wide"]);
    assert.deepEqual(tensors.get("half"), {
      name: "half",
      dtype: "f16",
      shape: [3],
      file,
      offset: start + 12,
      length: 6,
    });
    assert.deepEqual(tensors.get("single"), {
      name: "single",
      dtype: "f32",
      shape: [],
      file,
      offset: start + 8,
      length: 4,
    });
    assert.equal(tensors.get("none")?.length, 0);
    assert.deepEqual(await readdir(folder), ["model.safetensors"]);
  });

  it("readFloats() gives the elements, halves widened", async () => {
    await writeSafetensors(
      file,
      new Map<string, Tensor>([
        ["f32", tensor("f32", [2], Float32Array.of(1.5, -2))],
        ["f16", tensor("f16", [1, 2], Uint16Array.of(0x3e00, 0xc000))],
        ["bf16", tensor("bf16", [2, 1], Uint16Array.of(0x3fc0, 0xc000))],
        ["u8", tensor("u8", [1], Uint8Array.of(1))],
      ]),
    );
    const read = async (name: string): Promise<Tensor> => {
      const stored = (await readSafetensors(file)).get(name);
      assert.ok(stored !== undefined);
      return readFloats(stored);
    };
    assert.deepEqual(await read("f32"), tensor("f32", [2], Float32Array.of(1.5, -2)));
    assert.deepEqual(await read("f16"), tensor("f32", [1, 2], Float32Array.of(1.5, -2)));
    assert.deepEqual(await read("bf16"), tensor("f32", [2, 1], Float32Array.of(1.5, -2)));
    await assert.rejects(read("u8"), {
      name: "TypeError",
      message: `Cannot read tensor "u8" at "${file}": expected f32, f16 or bf16, got u8`,
    });
  });

  it("readFloats() reads tensors of several pieces, and names one that a file has lost", async () => {
    const file = join(folder, "model.safetensors");
    const values = Uint16Array.from({ length: 2 ** 20 + 3 }, (_, i) => (i % 2 === 0 ? 0x3c00 + (i % 1024) : 0xc000));
    await writeSafetensors(file, new Map([["x", tensor("f16", [values.length], values)]]));
    const stored = (await readSafetensors(file)).get("x") ?? assert.fail();
    assert.deepEqual((await readFloats(stored)).data, Float32Array.from(values, f16ToF32));
    await truncate(file, stored.offset + 2 ** 21);
    await assert.rejects(readFloats(stored), {
      name: "ModelFormatError",
      message: `Cannot read tensor "x" at "${file}": expected bytes up to ${stored.offset + stored.length}, got an end at ${stored.offset + 2 ** 21}`,
    });
  });

  it("writeSafetensors() reads lazy tensors one after another, and rejects one that is another than promised", async () => {
    const file = join(folder, "model.safetensors");
    const events: string[] = [];
    const lazy = (name: string, given: Tensor): LazyTensor => ({
      dtype: "f32",
      shape: [2],
      read: async () => {
        events.push(`${name} asked for`);
        await setImmediate();
        events.push(`${name} given`);
        return given;
      },
    });
    const [a, b] = [tensor("f32", [2], Float32Array.of(1, 2)), tensor("f32", [2], Float32Array.of(3, 4))];
    const pieces = async function* (): AsyncGenerator<Float32Array> {
      for (const value of [5, 6]) yield await Promise.resolve(Float32Array.of(value));
    };
    const inPieces = { ...lazy("c", a), pieces };
    await writeSafetensors(
      file,
      new Map<string, LazyTensor>([
        ["a", lazy("a", a)],
        ["b", lazy("b", b)],
        ["c", inPieces],
      ]),
    );
    assert.deepEqual(events, ["a asked for", "a given", "b asked for", "b given"]);
    const found = [...(await readSafetensors(file)).values()];
    const values = (await Promise.all(found.map(readFloats))).map(({ data }) => [...data]);
    assert.deepEqual(values, [[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    const other = tensor("f32", [1, 2], Float32Array.of(1, 2));
    await assert.rejects(writeSafetensors(file, new Map([["a", lazy("a", other)]])), {
      name: "TypeError",
      message: 'Cannot write tensor "a": expected f32[2], got f32[1,2]',
    });
    assert.deepEqual([...(await readSafetensors(file)).keys()], ["a", "b", "c"], "the file that was there stays");
  });

  it("writeSafetensors() leaves nothing behind where it fails", async () => {
    await assert.rejects(writeSafetensors(join(folder, "missing", "x.safetensors"), new Map()), { code: "ENOENT" });
    const taken = join(folder, "taken");
    await mkdir(taken);
    await assert.rejects(writeSafetensors(taken, new Map()), { code: "EISDIR" });
    await rmdir(taken);
    assert.deepEqual(await readdir(folder), ["model.safetensors"]);
  });

  it("readSafetensors() names the file whose header cannot be read", async () => {
    await rejects(Buffer.alloc(5), 'Cannot read weights at "FILE": expected at least 8 bytes, got 5');
    await rejects(
      Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])]),
      'Cannot read weights at "FILE": expected a header of at most 100000000 bytes, got 72057594037927936',
    );
    await rejects(
      safetensors('{"a":1}').subarray(0, 12),
      'Cannot read weights at "FILE": expected a header of 7 bytes, got a file of 12 bytes',
    );
    await rejects(safetensors("{a}"), 'Cannot read weights at "FILE": expected a header that is JSON, got "{a}"');
    await rejects(safetensors("[1]"), 'Cannot read weights at "FILE": expected a header that is an object, got "[1]"');
    await rejects(
      Buffer.concat([safetensors("").fill(2, 0, 1), Buffer.from([0xff, 0xfe])]),
      'Cannot read weights at "FILE": expected a header in UTF-8, got other bytes',
    );
  });

  it("readSafetensors() names the tensor that is misdeclared", async () => {
    await rejects(
      safetensors(`{"w":${entry("F4", [2], [0, 8])}}`, 8),
      'Cannot read tensor "w" at "FILE": expected dtype F64, F32, F16, BF16, I64, I32, U8, BOOL, got "F4"',
    );
    await rejects(
      safetensors(`{"w":${entry("F32", [-2], [0, 8])}}`, 8),
      'Cannot read tensor "w" at "FILE": expected a shape of sizes >= 0, got [-2]',
    );
    await rejects(
      safetensors(`{"w":${entry("F32", [2], [0, 4])}}`, 4),
      'Cannot read tensor "w" at "FILE": expected 8 bytes for F32[2], got [0,4]',
    );
    await rejects(
      safetensors(`{"w":${entry("F32", [2], [8])}}`, 8),
      'Cannot read tensor "w" at "FILE": expected data_offsets [begin, end], got [8]',
    );
    await rejects(safetensors('{"w":null}'), 'Cannot read tensor "w" at "FILE": expected an object, got null');
    await rejects(
      safetensors('{"w":{"dtype":"F32","data_offsets":[0,0]}}'),
      'Cannot read tensor "w" at "FILE": expected a shape of sizes >= 0, got nothing',
    );
  });

  it("readSafetensors() names the tensor that lies outside the file, over another one, or after a hole", async () => {
    const two = (first: readonly number[], second: readonly number[]): string =>
      `{"a":${entry("F32", [2], first)},"b":${entry("F32", [2], second)}}`;
    const start = 8 + two([0, 8], [8, 16]).length;
    await rejects(
      safetensors(two([0, 8], [8, 16]), 15),
      `Cannot read tensor "b" at "FILE": expected bytes inside the file of ${start + 15}, got an end at ${start + 16}`,
    );
    await rejects(
      safetensors(two([0, 8], [4, 12]), 12),
      `Cannot read tensor "b" at "FILE": expected an offset of ${start + 8}, got ${start + 4} (overlap or hole)`,
    );
    await rejects(
      safetensors(two([0, 8], [9, 17]), 17),
      `Cannot read tensor "b" at "FILE": expected an offset of ${start + 8}, got ${start + 9} (overlap or hole)`,
    );
    await rejects(
      safetensors(two([0, 8], [8, 16]), 20),
      `Cannot read weights at "FILE": expected ${start + 16} bytes, got ${start + 20}`,
    );
  });

  it("readSafetensors() rejects a name that stands twice, however it is written", async () => {
    const twice = (second: string): Buffer =>
      safetensors(`{"w":${entry("U8", [0], [0, 0])}, "${second}" : ${entry("U8", [0], [0, 0])}}`);
    await rejects(twice("w"), 'Cannot read weights at "FILE": expected each tensor once, got "w" twice');
    await rejects(twice("\\u0077"), 'Cannot read weights at "FILE": expected each tensor once, got "w" twice');
    await writeFile(file, twice("dtype"));
    assert.deepEqual([...(await readSafetensors(file)).keys()], ["w", "dtype"]);
  });

  it("readSafetensors() survives any header: tensors inside the file, or a ModelFormatError", async () => {
    const size = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.constantFrom(2 ** 53, 2 ** 31, 0.5, 1e300));
    const anyEntry = fc.oneof(
      fc.record({
        dtype: fc.constantFrom("F32", "U8", "BOOL", "Q8", ""),
        shape: fc.array(size, { maxLength: 3 }),
        data_offsets: fc.array(size, { maxLength: 3 }),
      }),
      fc.jsonValue(),
    );
    const header = fc.dictionary(fc.constantFrom("a", "b", "__proto__", "__metadata__"), anyEntry);
    await fc.assert(
      fc.asyncProperty(header, fc.nat({ max: 64 }), async (value, data) => {
        const bytes = safetensors(JSON.stringify(value), data);
        await writeFile(file, bytes);
        try {
          for (const stored of (await readSafetensors(file)).values()) {
            assert.ok(stored.offset >= 0 && stored.offset + stored.length <= bytes.length);
          }
        } catch (error) {
          assert.ok(error instanceof ModelFormatError, String(error));
        }
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});

describe("data/checkpoint-files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-checkpoint-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function writeShards(weightMap: unknown): Promise<void> {
    await writeSafetensors(join(folder, "a.safetensors"), new Map([["x", tensor("u8", [1], Uint8Array.of(1))]]));
    await writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: weightMap }));
  }

  async function rejects(message: string): Promise<void> {
    await assert.rejects(readCheckpointTensors(folder), {
      name: "ModelFormatError",
      message: message.replaceAll("FOLDER", folder),
    });
  }

  it("readCheckpointTensors() follows the index of a sharded checkpoint", async () => {
    await writeShards({ x: "a.safetensors" });
    const tensors = await readCheckpointTensors(folder);
    assert.equal(tensors.get("x")?.file, join(folder, "a.safetensors"));
    assert.equal(tensors.size, 1);
  });

  it("readCheckpointTensors() names the folder without weights", async () => {
    await rejects(
      'Cannot open checkpoint at "FOLDER": expected one of model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json, got none',
    );
  });

  it("readCheckpointTensors() names what the index gets wrong", async () => {
    await writeShards({ y: "a.safetensors" });
    await rejects(
      'Cannot read tensor "y" at "FOLDER/a.safetensors": expected it as model.safetensors.index.json says, got a file without it',
    );
    await writeShards({ x: "b.safetensors" });
    await rejects(
      'Cannot read weights at "FOLDER/b.safetensors": expected the file that "FOLDER/model.safetensors.index.json" names, got none',
    );
    await writeShards({ x: "../a.safetensors" });
    await rejects(
      'Cannot read field "weight_map" at "FOLDER/model.safetensors.index.json": expected a .safetensors file of the same folder for "x", got "../a.safetensors"',
    );
    await writeShards(3);
    await rejects(
      'Cannot read field "weight_map" at "FOLDER/model.safetensors.index.json": expected an object, got number',
    );
    await writeFile(join(folder, "model.safetensors.index.json"), "{");
    await rejects('Cannot read "FOLDER/model.safetensors.index.json": expected JSON, got "{"');
  });
});
