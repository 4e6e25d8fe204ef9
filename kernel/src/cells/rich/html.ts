/** HTML made of text that anybody may have written. */

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it can stand anywhere in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
}

/** What a table shows; texts are escaped here. */
export interface HtmlTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Stands above the table: its whole size. */
  readonly caption: string;
}

/** A table of texts. */
export function htmlTable({ heads, rows, caption }: HtmlTable): string {
  const cells = (tag: "th" | "td", texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  const head = `<thead>${cells("th", heads)}</thead>`;
  const body = `<tbody>${rows.map((row) => cells("td", row)).join("")}</tbody>`;
  return `<table><caption>${escapeHtml(caption)}</caption>${head}${body}</table>`;
}
