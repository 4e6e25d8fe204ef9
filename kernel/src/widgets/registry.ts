/** Which widgets live in this kernel, by model id. */

import type { Widget } from "./widget.ts";

/** Marks widgets, also those of another copy of this package. */
export const widgetMark: unique symbol = Symbol.for("sightlab.kernel.widget");

const alive = new Map<string, Widget>();

/** True where a value is a widget. */
export function isWidget(value: unknown): value is Widget {
  return typeof value === "object" && value !== null && widgetMark in value;
}

/** The living widget with this id, or undefined. */
export function widgetById(id: string): Widget | undefined {
  return alive.get(id);
}

/** Every living widget, oldest first. */
export function livingWidgets(): readonly Widget[] {
  return [...alive.values()];
}

/** Keeps a widget until it is closed: its front end may speak to it at any time. */
export function keepWidget(widget: Widget): void {
  alive.set(widget.modelId, widget);
}

/** Forgets a closed widget. */
export function forgetWidget(id: string): void {
  alive.delete(id);
}
