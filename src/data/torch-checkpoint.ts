/**
 * PyTorch checkpoints (`.bin`, `.pth`, `.pt` as `torch.save` writes them since 1.6): where each tensor lies in the file.
 *
 * The paper's own checkpoints, `mm_projector.bin`, PEFT 0.4 adapters and `non_lora_trainables.bin` are such files. The
 * pickle inside is read by a restricted reader: tensors and plain containers, nothing is run.
 * Source: pytorch@2.9/torch/serialization.py (zip layout, persistent ids) and torch/_utils.py (_rebuild_tensor_v2).
 */

import { open } from "node:fs/promises";

import { type Dtype, dtypeBytes } from "../base/dtype.ts";
import { ModelFormatError } from "../base/errors.ts";
import { elementCount } from "../base/shape.ts";
import { type PickleObject, type PickleRules, type PickleValue, readPickle } from "./pickle.ts";
import { zipEntries, type ZipEntry } from "./zip-archive.ts";

/** One tensor as it lies in the file; `strides` count elements, and are not always row-major. */
export interface TorchTensor extends PickleObject {
  readonly kind: "tensor";
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** First byte of the tensor's first element in the file. */
  readonly offset: number;
  /** True where the elements lie row by row without gaps, so that the file can be mapped. */
  readonly isContiguous: boolean;
}

/** What a checkpoint holds: tensors by their dotted names, and the numbers and texts beside them. */
export interface TorchCheckpoint {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  readonly values: ReadonlyMap<string, string | number | boolean | null>;
}

interface Storage extends PickleObject {
  readonly kind: "storage";
  readonly dtype: Dtype;
  readonly entry: ZipEntry;
}

const storageDtypes: Readonly<Record<string, Dtype>> = {
  "torch.FloatStorage": "f32",
  "torch.DoubleStorage": "f64",
  "torch.HalfStorage": "f16",
  "torch.BFloat16Storage": "bf16",
  "torch.LongStorage": "i64",
  "torch.IntStorage": "i32",
  "torch.ByteStorage": "u8",
  "torch.BoolStorage": "bool",
};

const functions = [
  "collections.OrderedDict",
  "torch.Size",
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_parameter",
];

/**
 * Reads the directory of a checkpoint; no weight is read.
 *
 * @throws ModelFormatError naming the file, and the tensor or the forbidden name.
 */
export async function readTorchCheckpoint(file: string): Promise<TorchCheckpoint> {
  const handle = await open(file, "r");
  try {
    const entries = await zipEntries(handle, file);
    const pickle = [...entries.values()].find(({ name }) => /^[^/]+\/data\.pkl$/u.test(name));
    if (pickle === undefined) throw new ModelFormatError(`Cannot read "${file}": expected an entry data.pkl, got none`);
    const bytes = Buffer.alloc(pickle.length);
    await handle.read(bytes, 0, pickle.length, pickle.offset);
    const root = pickle.name.slice(0, -"data.pkl".length);
    return flatten(readPickle(bytes, file, torchRules(entries, root, file)), file);
  } finally {
    await handle.close();
  }
}

function torchRules(entries: ReadonlyMap<string, ZipEntry>, root: string, file: string): PickleRules {
  return {
    names: new Set([...functions, ...Object.keys(storageDtypes)]),
    call: (name, args) => {
      if (name === "collections.OrderedDict") return new Map();
      if (name === "torch.Size") return args[0] ?? [];
      if (name === "torch._utils._rebuild_tensor_v2") return rebuildTensor(args, file);
      if (name === "torch._utils._rebuild_parameter") return args[0] ?? null;
      return null;
    },
    persistent: (id) => {
      const [kind, type, key] = Array.isArray(id) ? (id as readonly PickleValue[]) : [];
      const typeName = isObject(type, "global") ? (type as PickleObject & { readonly name: string }).name : "?";
      const dtype = storageDtypes[typeName];
      const place = typeof key === "string" ? key : "?";
      const entry = entries.get(`${root}data/${place}`);
      if (kind !== "storage" || dtype === undefined || entry === undefined) {
        throw new ModelFormatError(`Cannot read "${file}": expected a storage of numbers, got ${typeName} "${place}"`);
      }
      const storage: Storage = { kind: "storage", dtype, entry };
      return storage;
    },
  };
}

function rebuildTensor(args: readonly PickleValue[], file: string): TorchTensor {
  const [storage, start, shape, strides] = args;
  if (!isObject(storage, "storage") || !isCount(start) || !isCounts(shape) || !isCounts(strides)) {
    throw new ModelFormatError(`Cannot read "${file}": expected a tensor's storage, offset, shape and strides`);
  }
  const { dtype, entry } = storage as Storage;
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), start);
  const bytes = dtypeBytes[dtype];
  if (shape.length !== strides.length || (elementCount(shape) > 0 && (last + 1) * bytes > entry.length)) {
    throw new ModelFormatError(
      `Cannot read "${file}": expected a tensor inside storage "${entry.name}" of ${entry.length} bytes, got shape [${shape.join(",")}], strides [${strides.join(",")}], offset ${start}`,
    );
  }
  return {
    kind: "tensor",
    dtype,
    shape,
    strides,
    offset: entry.offset + start * bytes,
    isContiguous: hasRowMajorStrides(shape, strides),
  };
}

/** Axes of size 1 may have any stride. */
function hasRowMajorStrides(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

function flatten(root: PickleValue, file: string): TorchCheckpoint {
  const tensors = new Map<string, TorchTensor>();
  const values = new Map<string, string | number | boolean | null>();
  const visit = (value: PickleValue, path: string, depth: number): void => {
    if (depth > 64) {
      throw new ModelFormatError(`Cannot read "${file}" at "${path}": expected at most 64 nested containers`);
    }
    if (isObject(value, "tensor")) {
      tensors.set(path, value as TorchTensor);
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [key, item] of value.entries() as Iterable<[PickleValue, PickleValue]>) {
        visit(item, join(path, key), depth + 1);
      }
    } else if (value === null || typeof value !== "object") {
      values.set(path, typeof value === "bigint" ? String(value) : value);
    }
  };
  visit(root, "", 0);
  return { tensors, values };
}

function join(path: string, key: PickleValue): string {
  const name = typeof key === "string" || typeof key === "number" ? String(key) : "?";
  return path === "" ? name : `${path}.${name}`;
}

function isObject(value: PickleValue | undefined, kind: string): value is PickleObject {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is readonly number[] {
  return Array.isArray(value) && (value as readonly PickleValue[]).every(isCount);
}
