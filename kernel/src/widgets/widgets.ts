/** The names under which cells make widgets: those of ipywidgets. */

import { type ControlValues, makeControl } from "./control.ts";
import { controlModels, type ControlStates } from "./controls.generated.ts";
import { directionalLink, frontEndDirectionalLink, frontEndLink, link } from "./link.ts";
import { moduleWidget } from "./module-widget.ts";
import { makeOutput } from "./output.ts";
import {
  makeMultipleSelection,
  makeSelection,
  type MultipleSelection,
  type Options,
  type SelectionWidget,
  type SingleSelection,
} from "./selection.ts";
import type { Widget } from "./widget.ts";

/** Makes one control. */
export type MakeControl<Name extends keyof ControlStates> = (
  values?: ControlValues<ControlStates[Name]>,
) => Widget<ControlStates[Name]>;

/** Makes one control that chooses one of several options. */
export type MakeSelection<Name extends SingleSelection> = <Value>(
  values: ControlValues<ControlStates[Name]> & { options: Options<Value>; value?: Value | null },
) => SelectionWidget<Name, Value, Value | null>;

/** Makes one control that chooses several of several options. */
export type MakeMultipleSelection<Name extends MultipleSelection> = <Value>(
  values: ControlValues<ControlStates[Name]> & { options: Options<Value>; value?: readonly Value[] },
) => SelectionWidget<Name, Value, readonly Value[]>;

/** Every standard control, links, and widgets of the user's own. */
export type Widgets = {
  readonly [Name in Exclude<keyof ControlStates, SingleSelection | MultipleSelection | "Output">]: MakeControl<Name>;
} & { readonly [Name in SingleSelection]: MakeSelection<Name> } & {
  readonly [Name in MultipleSelection]: MakeMultipleSelection<Name>;
} & {
  readonly Output: typeof makeOutput;
  readonly link: typeof link;
  readonly directionalLink: typeof directionalLink;
  readonly frontEndLink: typeof frontEndLink;
  readonly frontEndDirectionalLink: typeof frontEndDirectionalLink;
  readonly module: typeof moduleWidget;
};

const singleSelections = ["Dropdown", "RadioButtons", "Select", "SelectionSlider", "ToggleButtons"] as const;
const multipleSelections = ["SelectMultiple", "SelectionRangeSlider"] as const;

/** Every control by its ipywidgets name: `widgets.IntSlider({ value: 3, max: 10 })`. */
export const widgets: Widgets = {
  ...Object.fromEntries(controlNames().map((name) => [name, (values: object) => makeControl(name, values)])),
  ...Object.fromEntries(
    singleSelections.map((name) => [name, (values: { options: Options<unknown> }) => makeSelection(name, values)]),
  ),
  ...Object.fromEntries(
    multipleSelections.map((name) => [
      name,
      (values: { options: Options<unknown> }) => makeMultipleSelection(name, values),
    ]),
  ),
  Output: makeOutput,
  link,
  directionalLink,
  frontEndLink,
  frontEndDirectionalLink,
  module: moduleWidget,
  // The three tables above hold one maker for each name of the type, which fromEntries cannot show.
} as unknown as Widgets;

function controlNames(): readonly (keyof ControlStates)[] {
  return Object.keys(controlModels) as (keyof ControlStates)[];
}
