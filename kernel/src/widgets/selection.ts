/**
 * Controls that choose from a list: the front end knows labels and places, the cell knows values.
 *
 * Source: ipywidgets@8.1/widget_selection.py: a selection's state is `_options_labels` and `index`; `options`, `value`
 * and `label` exist only in the kernel.
 */

import { makeControl, type ControlValues } from "./control.ts";
import type { ControlStates } from "./controls.generated.ts";
import type { Change, Widget } from "./widget.ts";

/** Choices: plain values, or pairs of a label and its value. */
export type Options<Value> = readonly (Value | readonly [label: string, value: Value])[];

/** Controls with one choice. */
export type SingleSelection = "Dropdown" | "RadioButtons" | "Select" | "SelectionSlider" | "ToggleButtons";

/** Controls with several choices: a set, or the two ends of a range. */
export type MultipleSelection = "SelectMultiple" | "SelectionRangeSlider";

/** A selection with its values; `Chosen` is one value (or null) or several. */
export type SelectionWidget<Name extends keyof ControlStates, Value, Chosen> = Widget<
  ControlStates[Name] & { options: Options<Value>; value: Chosen }
>;

/** How a choice of values becomes places in the list, and back. */
interface Choice {
  readonly toIndex: (value: unknown, values: readonly unknown[]) => unknown;
  readonly toValue: (index: unknown, values: readonly unknown[]) => unknown;
}

const single: Choice = {
  toIndex: (value, values) => (value === null ? null : placeOf(value, values)),
  toValue: (index, values) => (typeof index === "number" ? values[index] : null),
};

const multiple: Choice = {
  toIndex: (value, values) => (value as readonly unknown[]).map((item) => placeOf(item, values)),
  toValue: (index, values) => (index as readonly number[]).map((place) => values[place]),
};

/**
 * Makes a control with one choice; the first option is chosen where no value is given, as in ipywidgets.
 *
 * @throws RangeError where the value is none of the options.
 */
export function makeSelection<Name extends SingleSelection, Value>(
  name: Name,
  { options, ...rest }: ControlValues<ControlStates[Name]> & { options: Options<Value>; value?: Value | null },
): SelectionWidget<Name, Value, Value | null> {
  const [first] = valuesOf(options);
  const wanted = rest.value === undefined ? first : rest.value;
  return withValues(name, { options, value: wanted ?? null, rest, choice: single });
}

/**
 * Makes a control with several choices; nothing is chosen (for a range: its whole) where no value is given.
 *
 * @throws RangeError where a value is none of the options.
 */
export function makeMultipleSelection<Name extends MultipleSelection, Value>(
  name: Name,
  { options, ...rest }: ControlValues<ControlStates[Name]> & { options: Options<Value>; value?: readonly Value[] },
): SelectionWidget<Name, Value, readonly Value[]> {
  const values = valuesOf(options);
  const whole = name === "SelectionRangeSlider" ? [values[0], values.at(-1)] : [];
  return withValues(name, { options, value: rest.value ?? whole, rest, choice: multiple });
}

function withValues<Name extends keyof ControlStates, Value, Chosen>(
  name: Name,
  made: { options: Options<Value>; value: unknown; rest: Readonly<Record<string, unknown>>; choice: Choice },
): SelectionWidget<Name, Value, Chosen> {
  const { choice } = made;
  let options = made.options;
  const rest = Object.fromEntries(Object.entries(made.rest).filter(([key]) => key !== "value"));
  const widget = makeControl(name, {
    ...rest,
    _options_labels: labelsOf(options),
    index: choice.toIndex(made.value, valuesOf(options)),
  } as ControlValues<ControlStates[Name]>) as unknown as Widget<{ index: unknown; _options_labels: readonly string[] }>;
  const observe = widget.observe;
  const observeValue = (handler: (change: Change<unknown>) => void): (() => void) =>
    observe("index", (change) => {
      const values = valuesOf(options);
      handler({ name: "value", old: choice.toValue(change.old, values), new: choice.toValue(change.new, values) });
    });
  Object.defineProperties(widget, {
    options: {
      get: () => options,
      set: (next: Options<Value>) => {
        options = next;
        const index = choice === single ? (next.length > 0 ? 0 : null) : [];
        widget.set({ _options_labels: labelsOf(next), index });
      },
    },
    value: {
      get: () => choice.toValue(widget.index, valuesOf(options)),
      set: (value: unknown) => {
        widget.index = choice.toIndex(value, valuesOf(options));
      },
    },
    observe: {
      value: (key: "index" | "value", handler: (change: Change<unknown>) => void) =>
        key === "value" ? observeValue(handler) : observe(key, handler),
    },
  });
  return widget as unknown as SelectionWidget<Name, Value, Chosen>;
}

function placeOf(value: unknown, values: readonly unknown[]): number {
  const place = values.findIndex((item) => Object.is(item, value));
  if (place >= 0) return place;
  throw new RangeError(`Cannot select ${String(value)}: expected one of ${values.map(String).join(", ")}`);
}

function valuesOf<Value>(options: Options<Value>): readonly Value[] {
  return options.map((option) => (isPair(option) ? option[1] : option));
}

function labelsOf(options: Options<unknown>): readonly string[] {
  return options.map((option) => (isPair(option) ? option[0] : String(option)));
}

function isPair<Value>(option: Value | readonly [string, Value]): option is readonly [string, Value] {
  return Array.isArray(option) && option.length === 2 && typeof option[0] === "string";
}
