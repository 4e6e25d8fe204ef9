/** Checks a value before it becomes state of a control: from a cell, or from a front end. */

import type { ControlAttribute } from "./control-model.ts";
import { isWidget } from "./registry.ts";

/**
 * The value as the attribute holds it: integers are rounded towards zero, everything else is unchanged.
 *
 * @throws TypeError where the kind is wrong, RangeError where the attribute knows a list of words and this is none of
 *   them; both name control and attribute.
 */
export function checkAttribute(value: unknown, attribute: ControlAttribute, where: string): unknown {
  if (value === null && attribute.nullable) return value;
  if (attribute.choices !== undefined && typeof value === "string" && !attribute.choices.includes(value)) {
    throw new RangeError(`Cannot set ${where}: expected one of ${attribute.choices.join(", ")}, got "${value}"`);
  }
  if (!fits(value, attribute.type)) {
    const wanted = attribute.nullable ? `${attribute.type} or null` : attribute.type;
    throw new TypeError(`Cannot set ${where}: expected ${wanted}, got ${kindOf(value)}`);
  }
  return attribute.type === "int" && typeof value === "number" ? Math.trunc(value) : value;
}

function fits(value: unknown, type: ControlAttribute["type"]): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "int":
    case "float":
      return typeof value === "number" && !Number.isNaN(value);
    case "number or string":
      return typeof value === "number" || typeof value === "string";
    case "bytes":
      return value instanceof Uint8Array;
    case "Date":
    case "Datetime":
      return value instanceof Date;
    case "array":
      return Array.isArray(value);
    case "reference":
      return isWidget(value);
    case "Time":
    case "object":
      return typeof value === "object" && value !== null;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
