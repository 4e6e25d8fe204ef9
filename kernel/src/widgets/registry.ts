/** Which widgets live in this kernel, by model id. */

/** Marks widgets, also those of another copy of this package. */
export const widgetMark: unique symbol = Symbol.for("sightlab.kernel.widget");

/** What a widget is to the registry and to those who refer to it. */
export interface LivingWidget {
  readonly modelId: string;
  readonly [widgetMark]: true;
}

const alive = new Map<string, LivingWidget>();

/** True where a value is a widget. */
export function isWidget(value: unknown): value is LivingWidget {
  return typeof value === "object" && value !== null && widgetMark in value;
}

/** The living widget with this id, or undefined. */
export function widgetById(id: string): LivingWidget | undefined {
  return alive.get(id);
}

/** Every living widget, oldest first. */
export function livingWidgets(): readonly LivingWidget[] {
  return [...alive.values()];
}

/** Keeps a widget until it is closed: its front end may speak to it at any time. */
export function keepWidget(widget: LivingWidget): void {
  alive.set(widget.modelId, widget);
}

/** Forgets a closed widget. */
export function forgetWidget(id: string): void {
  alive.delete(id);
}
