import assert from "node:assert/strict";

import { readProtobuf } from "../../src/base/protobuf-reader.ts";
import { type ProtobufWriter, protobufWriter } from "../../src/graph/protobuf-writer.ts";

function hex(write: (out: ProtobufWriter) => void): string {
  const out = protobufWriter(1); // grows at nearly every field
  write(out);
  return Buffer.from(out.done()).toString("hex");
}

describe("graph/protobuf-writer", () => {
  it("writes the examples of protobuf's own description of the wire format", () => {
    assert.equal(
      hex((out) => {
        out.integer(1, 150);
      }),
      "089601",
    );
    assert.equal(
      hex((out) => {
        out.text(2, "testing");
      }),
      "120774657374696e67",
    );
    assert.equal(
      hex((out) => {
        out.message(3, () => {
          out.integer(1, 150);
        });
      }),
      "1a03089601",
    );
    assert.equal(
      hex((out) => {
        out.integer(1, -2);
      }),
      "08feffffffffffffffff01",
    );
    assert.equal(
      hex((out) => {
        out.float(1, 1.5);
      }),
      "0d0000c03f",
    );
  });

  it("what it writes is what the reader reads, also where a length takes more bytes than one", () => {
    const sizes = [0, 127, 128, 16_383, 16_384, 100_000];
    const out = protobufWriter(1);
    for (const size of sizes) {
      out.message(16, () => {
        out.text(1, "é".repeat(size));
        out.message(2, () => {
          out.bytes(3, new Uint8Array(size).fill(7));
        });
        out.integer(4, 2 ** 40 + size);
      });
    }
    const messages = [...readProtobuf(out.done(), "written")];
    const seen = messages.map((message) => {
      assert.ok(message.kind === "bytes" && message.number === 16);
      const [text, nested, integer, ...others] = [...readProtobuf(message.value, "message")];
      assert.ok(text?.kind === "bytes" && nested?.kind === "bytes" && integer?.kind === "varint");
      const [inner] = [...readProtobuf(nested.value, "nested")];
      assert.ok(inner?.kind === "bytes" && inner.value.every((byte) => byte === 7) && others.length === 0);
      assert.equal(integer.value, 2n ** 40n + BigInt(inner.value.length));
      assert.match(new TextDecoder().decode(text.value), /^é*$/);
      return [text.value.length / 2, inner.value.length];
    });
    assert.deepEqual(
      seen,
      sizes.map((size) => [size, size]),
    );
  });

  it("the first size of the buffer changes nothing", () => {
    const written = (capacity: number, size: number): Uint8Array => {
      const out = protobufWriter(capacity);
      out.text(1, "a".repeat(size));
      out.message(1, () => {
        out.bytes(2, new Uint8Array(size).fill(3));
      });
      return out.done();
    };
    for (const size of [0, 1, 2, 3, 4, 200]) {
      const roomy = written(1000, size);
      for (let capacity = 1; capacity < 300; capacity++) assert.deepEqual(written(capacity, size), roomy);
    }
  });

  it("messages that close together each have room for their length", () => {
    for (let size = 100; size < 600; size += 5) {
      const out = protobufWriter(1);
      const nest = (depth: number): void => {
        if (depth === 0) out.bytes(2, new Uint8Array(size).fill(3));
        else out.message(1, () => nest(depth - 1));
      };
      nest(60);
      let bytes = out.done();
      for (let depth = 60; depth >= 0; depth--) {
        const [field, ...others] = [...readProtobuf(bytes, "nested")];
        assert.ok(field?.kind === "bytes" && field.number === (depth === 0 ? 2 : 1) && others.length === 0);
        bytes = field.value;
      }
      assert.ok(bytes.length === size && bytes.every((byte) => byte === 3));
    }
  });
});
