/**
 * State of a widget as it travels: widgets as "IPY_MODEL_<id>", dates as fields, bytes beside the JSON.
 *
 * Jupyter widget messaging 2.1, "Binary buffers" and "Serialization":
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */

import type { AttributeType, ControlAttribute, Time } from "./control-model.ts";
import { isWidget, widgetById } from "./registry.ts";

/** State with its buffers taken out; `bufferPaths[i]` says where `buffers[i]` belongs. */
export interface WireState {
  readonly state: Readonly<Record<string, unknown>>;
  readonly bufferPaths: readonly (readonly (string | number)[])[];
  readonly buffers: readonly Uint8Array[];
}

type Path = readonly (string | number)[];

const referencePrefix = "IPY_MODEL_";

/** Packs values of the given attributes for the front end. */
export function packState(
  values: Readonly<Record<string, unknown>>,
  attributes: Readonly<Record<string, ControlAttribute>>,
): WireState {
  const bufferPaths: Path[] = [];
  const buffers: Uint8Array[] = [];
  const keep = (path: Path, bytes: Uint8Array): void => {
    bufferPaths.push(path);
    buffers.push(bytes);
  };
  const state: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof Uint8Array) keep([name], value);
    else state[name] = pack(value, [name], { type: attributes[name]?.type ?? "object", keep });
  }
  return { state, bufferPaths, buffers };
}

/** Unpacks what a front end sent; buffers are put back where their paths say. */
export function unpackState(
  wire: WireState,
  attributes: Readonly<Record<string, ControlAttribute>>,
): Record<string, unknown> {
  const state = structuredClone(wire.state) as Record<string, unknown>;
  wire.bufferPaths.forEach((path, index) => {
    placeBuffer(state, path, wire.buffers[index]);
  });
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, unpack(value, attributes[name]?.type ?? "object")]),
  );
}

function pack(
  value: unknown,
  path: Path,
  context: { readonly type: AttributeType; readonly keep: (path: Path, bytes: Uint8Array) => void },
): unknown {
  if (isWidget(value)) return `${referencePrefix}${value.modelId}`;
  if (value instanceof Date) return packDate(value, context.type);
  if (Array.isArray(value)) return value.map((item: unknown, index) => packItem(item, [...path, index], context));
  if (typeof value !== "object" || value === null) return value;
  const packed: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item instanceof Uint8Array) context.keep([...path, key], item);
    else packed[key] = pack(item, [...path, key], context);
  }
  return packed;
}

/** Inside a list a buffer leaves `null` behind, so that the places of its neighbours stay. */
function packItem(item: unknown, path: Path, context: Parameters<typeof pack>[2]): unknown {
  if (!(item instanceof Uint8Array)) return pack(item, path, context);
  context.keep(path, item);
  return null;
}

function packDate(date: Date, type: AttributeType): unknown {
  const day = { year: date.getUTCFullYear(), month: date.getUTCMonth(), date: date.getUTCDate() };
  if (type === "Date") return day;
  return {
    ...day,
    hours: date.getUTCHours(),
    minutes: date.getUTCMinutes(),
    seconds: date.getUTCSeconds(),
    milliseconds: date.getUTCMilliseconds(),
  };
}

function unpack(value: unknown, type: AttributeType): unknown {
  if (value === null) return null;
  if (type === "Date" || type === "Datetime") return unpackDate(value);
  if (Array.isArray(value)) return value.map((item: unknown) => unpack(item, "object"));
  if (typeof value === "string" && value.startsWith(referencePrefix)) {
    return widgetById(value.slice(referencePrefix.length)) ?? value;
  }
  return value;
}

function unpackDate(value: unknown): Date {
  const fields = value as Partial<Time> & { readonly year: number; readonly month: number; readonly date: number };
  const { year, month, date, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = fields;
  return new Date(Date.UTC(year, month, date, hours, minutes, seconds, milliseconds));
}

function placeBuffer(state: Record<string, unknown>, path: Path, bytes: Uint8Array | undefined): void {
  let at: unknown = state;
  for (const key of path.slice(0, -1)) at = (at as Record<string | number, unknown>)[key];
  const last = path.at(-1);
  if (last === undefined || typeof at !== "object" || at === null) return;
  (at as Record<string | number, unknown>)[last] = bytes;
}
