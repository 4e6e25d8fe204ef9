/** The kinds of values that the generated table of controls is made of. */

/** Time of day, as `TimePicker` holds it. */
export interface Time {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly milliseconds: number;
}

/** Where a front end finds the code of a model or view. */
export interface FrontEndName {
  readonly module: string;
  readonly name: string | null;
  readonly version: string;
}

/** Types of attributes, as the widget schema names them. */
export type AttributeType =
  | "string"
  | "bool"
  | "int"
  | "float"
  | "number or string"
  | "bytes"
  | "Date"
  | "Datetime"
  | "Time"
  | "object"
  | "array"
  | "reference";

/** One attribute of a control. */
export interface ControlAttribute {
  readonly type: AttributeType;
  readonly nullable: boolean;
  readonly default: unknown;
  readonly choices?: readonly string[];
  /** For references to a layout or style: the control that is made where none is given. */
  readonly widget?: string;
}

/** Protocol names and attributes of one control. */
export interface ControlModel {
  readonly model: FrontEndName;
  readonly view: FrontEndName;
  readonly attributes: Readonly<Record<string, ControlAttribute>>;
}
