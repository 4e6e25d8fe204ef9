/** Reads the fields of a message's content, which anybody may have written. */

/** A JSON object whose fields are not yet known. */
export type Content = Readonly<Record<string, unknown>>;

/** True where a value is a JSON object. */
export function isContent(value: unknown): value is Content {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a field; `missing` where it is not text. */
export function textOf(content: Content, field: string, missing = ""): string {
  const value = content[field];
  return typeof value === "string" ? value : missing;
}

/** The value of a yes-no field; `missing` where it is neither. */
export function flagOf(content: Content, field: string, missing: boolean): boolean {
  const value = content[field];
  return typeof value === "boolean" ? value : missing;
}

/** The `code` field. */
export function codeOf(content: Content): string {
  return textOf(content, "code");
}

/** The `cursor_pos` field in UTF-16 units; the end of the code where it is missing. On the wire it counts code points. */
export function cursorOf(content: Content, code: string): number {
  const position = content.cursor_pos;
  if (typeof position !== "number" || !(position >= 0)) return code.length;
  return Array.from(code).slice(0, position).join("").length;
}

/** The wire's count of code points before a UTF-16 offset. */
export function codePointsBefore(code: string, offset: number): number {
  return Array.from(code.slice(0, offset)).length;
}
