/** Bytes of images, known by how they begin. */

import type { MimeBundle } from "../mime-bundle.ts";

interface Signature {
  readonly type: string;
  readonly name: string;
  /** Latin-1 text at each offset. */
  readonly parts: readonly (readonly [offset: number, text: string])[];
}

const signatures: readonly Signature[] = [
  { type: "image/png", name: "PNG", parts: [[0, "\x89PNG\r\n\x1a\n"]] },
  { type: "image/jpeg", name: "JPEG", parts: [[0, "\xff\xd8\xff"]] },
  { type: "image/gif", name: "GIF", parts: [[0, "GIF8"]] },
  // prettier-ignore
  { type: "image/webp", name: "WebP", parts: [[0, "RIFF"], [8, "WEBP"]] },
];

/** The bundle of the bytes of a PNG, JPEG, GIF or WebP image; undefined for anything else. */
export function imageBundle(value: object): MimeBundle | undefined {
  const bytes = bytesOf(value);
  if (bytes === undefined) return undefined;
  const found = signatures.find(({ parts }) =>
    parts.every(([offset, text]) => bytes.toString("latin1", offset, offset + text.length) === text),
  );
  return (
    found && {
      [found.type]: bytes.toString("base64"),
      "text/plain": `${found.name} image, ${String(bytes.length)} bytes`,
    }
  );
}

function bytesOf(value: object): Buffer | undefined {
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (!(value instanceof Uint8Array)) return undefined;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
