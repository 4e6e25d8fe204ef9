// Compares what is kept with what was made again: JSON value by value, .safetensors number by number, else byte by byte.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What differs, a sentence each; numbers may differ by `tolerance`, relative to those above 1. Headers may name versions. */
export function differences({ kept, made, tolerance }) {
  if (!existsSync(made)) return [`${made}: was not made`];
  if (statSync(kept).isDirectory()) {
    return readdirSync(kept).flatMap((name) =>
      differences({ kept: join(kept, name), made: join(made, name), tolerance }),
    );
  }
  if (kept.endsWith(".json")) {
    const [before, after] = [kept, made].map((file) => JSON.parse(readFileSync(file, "utf8")));
    return compareValues({ ...before, header: null }, { ...after, header: null }, { path: "", tolerance });
  }
  if (kept.endsWith(".safetensors")) return compareWeights(kept, made, tolerance);
  return readFileSync(kept).equals(readFileSync(made)) ? [] : [`${kept}: other bytes`];
}

function compareValues(before, after, { path, tolerance }) {
  if (typeof before === "number" && typeof after === "number") {
    return Math.abs(before - after) <= tolerance * Math.max(1, Math.abs(before)) || before === after
      ? []
      : [`${path}: ${before} is now ${after}`];
  }
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) {
    return before === after ? [] : [`${path}: ${short(before)} is now ${short(after)}`];
  }
  if (Array.isArray(before) && before.length !== after.length)
    return [`${path}: ${before.length} values are now ${after.length}`];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => compareValues(before[name], after[name], { path: `${path}.${name}`, tolerance }));
}

function short(value) {
  return String(JSON.stringify(value)).slice(0, 60);
}

function compareWeights(kept, made, tolerance) {
  const [before, after] = [readWeights(kept), readWeights(made)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [a, b] = [before.get(name), after.get(name)];
    if (a === undefined || b === undefined || a.length !== b.length) return [`${kept} ${name}: another shape`];
    const place = a.findIndex((value, i) => !(Math.abs(value - b[i]) <= tolerance * Math.max(1, Math.abs(value))));
    return place < 0 ? [] : [`${kept} ${name}[${place}]: ${a[place]} is now ${b[place]}`];
  });
}

/** Tensors by name; elements that are not f32 as their bytes. */
function readWeights(file) {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, start));
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return new Map(
    entries.map(
      ([
        name,
        {
          dtype,
          data_offsets: [from, to],
        },
      ]) => {
        const part = Uint8Array.from(bytes.subarray(start + from, start + to));
        return [name, dtype === "F32" ? new Float32Array(part.buffer) : part];
      },
    ),
  );
}
