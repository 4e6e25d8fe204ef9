/** Makes standard controls from the generated table: defaults, layouts and styles, and bounds that hold. */

import type { Comm } from "./comm-host.ts";
import { controlModels, type ControlStates } from "./controls.generated.ts";
import { isWidget } from "./registry.ts";
import { type Constrain, openWidget, type Widget } from "./widget.ts";

/** What a control is made from: any of its attributes; a layout or style may be given by its values. */
export type ControlValues<State> = {
  readonly [Name in keyof State]?: State[Name] extends Widget<infer Inner>
    ? Widget<Inner> | Partial<Inner>
    : State[Name];
};

/**
 * Makes a standard control; `comm` is given where the front end has made it.
 *
 * @throws TypeError or RangeError naming control and attribute.
 */
export function makeControl<Name extends keyof ControlStates>(
  name: Name,
  values: ControlValues<ControlStates[Name]> = {},
  comm?: Comm,
): Widget<ControlStates[Name]> {
  const model = controlModels[name];
  const complete: Record<string, unknown> = { ...beginnings(name, values), ...values };
  for (const [key, attribute] of Object.entries(model.attributes)) {
    if (attribute.widget === undefined || isWidget(complete[key])) continue;
    if (attribute.widget in controlModels) {
      complete[key] = makeControl(attribute.widget as keyof ControlStates, complete[key] as object);
    }
  }
  for (const [key, attribute] of Object.entries(model.attributes)) {
    if (attribute.type === "bytes") complete[key] ??= new Uint8Array();
  }
  return openWidget(model, complete, { constrain: constraintOf(name), comm });
}

/** Where ipywidgets begins elsewhere than its schema says: tabs show their first page. */
function beginnings(name: keyof ControlStates, values: object): Readonly<Record<string, unknown>> {
  const hasPages = "children" in values && Array.isArray(values.children) && values.children.length > 0;
  return name === "Tab" && hasPages ? { selected_index: 0 } : {};
}

/** Values stay inside min and max, as in ipywidgets: the bound wins over the value. */
function constraintOf(name: keyof ControlStates): Constrain {
  if (name === "FloatLogSlider") return clampLogarithm;
  const { value, min, max } = controlModels[name].attributes;
  return value === undefined || min === undefined || max === undefined ? () => ({}) : clampValue;
}

const clampValue: Constrain = ({ value, min, max }) => {
  if (Array.isArray(value)) return { value: value.map((item: unknown) => clamp(item, min, max)) };
  return { value: clamp(value, min, max) };
};

const clampLogarithm: Constrain = ({ value, min, max, base }) => {
  if (typeof min !== "number" || typeof max !== "number" || typeof base !== "number") return {};
  return { value: clamp(value, base ** min, base ** max) };
};

function clamp(value: unknown, min: unknown, max: unknown): unknown {
  if (value instanceof Date) {
    if (min instanceof Date && value < min) return min;
    return max instanceof Date && value > max ? max : value;
  }
  if (typeof value !== "number") return value;
  const atLeast = typeof min === "number" ? Math.max(value, min) : value;
  return typeof max === "number" ? Math.min(atLeast, max) : atLeast;
}
