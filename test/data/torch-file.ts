/** Writes files in the form of torch.save, honest or not: a stored zip archive with a pickle and storages. */

/** One tensor as the pickle declares it; nothing is checked. */
export interface DeclaredTensor {
  readonly storage: string;
  readonly type: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The bytes of a file with these tensors and storages. */
export function torchFile(
  tensors: Readonly<Record<string, DeclaredTensor>>,
  storages: Readonly<Record<string, Uint8Array>>,
): Buffer {
  const entries = Object.entries(storages).map(([key, bytes]) => [`archive/data/${key}`, bytes] as const);
  return zip([["archive/data.pkl", stateDict(tensors)], ...entries]);
}

/** A pickle (protocol 2) of a dict of tensors. */
function stateDict(tensors: Readonly<Record<string, DeclaredTensor>>): Buffer {
  const items = Object.entries(tensors).flatMap(([name, declared]) => [text(name), tensor(declared)]);
  return Buffer.concat([Buffer.from([0x80, 2, 0x7d, 0x28]), ...items, Buffer.from("u.")]);
}

function tensor({ storage, type, offset, shape, strides }: DeclaredTensor): Buffer {
  const place = [text("storage"), name("torch", type), text(storage), text("cpu"), integer(1)];
  return Buffer.concat([
    name("torch._utils", "_rebuild_tensor_v2"),
    Buffer.from("("),
    tuple(place),
    Buffer.from("Q"),
    integer(offset),
    tuple(shape.map(integer)),
    tuple(strides.map(integer)),
    Buffer.from([0x89]),
    name("collections", "OrderedDict"),
    Buffer.from(")RtR"),
  ]);
}

function tuple(items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from("("), ...items, Buffer.from("t")]);
}

function name(module: string, member: string): Buffer {
  return Buffer.from(`c${module}\n${member}\n`);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(5);
  head.write("X");
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** A LONG1 of eight bytes, which holds any safe integer. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt8(0x8a);
  bytes.writeUInt8(8, 1);
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

/** A zip archive whose entries are stored. Checksums are left out: nobody maps a file to read it through. */
function zip(entries: readonly (readonly [string, Uint8Array])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, bytes] of entries) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(path.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50);
    central.writeUInt32LE(bytes.length, 20);
    central.writeUInt32LE(bytes.length, 24);
    central.writeUInt16LE(path.length, 28);
    central.writeUInt32LE(at, 42);
    directory.push(central, Buffer.from(path));
    parts.push(local, Buffer.from(path), Buffer.from(bytes));
    at += 30 + path.length + bytes.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}
