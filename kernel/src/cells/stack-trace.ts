/** Stack traces in the user's own lines, without the kernel's frames. */

import { pathToFileURL } from "node:url";
import { join } from "node:path";

import { type SourcePlace, sourcePlace } from "./sources.ts";

const kernelFolder = join(import.meta.dirname, "..");
const kernelAddress = pathToFileURL(kernelFolder).href;

/** Makes every error's `stack` show cells and TypeScript files as the user wrote them. */
export function translateStackTraces(): void {
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.filter((frame) => !isKernelFrame(frame)).map((frame) => `\n    at ${translated(frame)}`);
    return `${headline(error)}${lines.join("")}`;
  };
}

function headline(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error"; // an error whose name or message throws
  }
}

function isKernelFrame(frame: NodeJS.CallSite): boolean {
  const file = frame.getFileName() ?? "";
  return file.startsWith(kernelAddress) || file.startsWith(kernelFolder) || file === "node:vm";
}

function translated(frame: NodeJS.CallSite): string {
  const file = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  const printable: { toString: () => string } = frame;
  const text = printable.toString();
  if (!file || line === null || column === null) return text;
  const place = sourcePlace(file, line, column);
  return place === undefined ? text : text.replace(`${file}:${String(line)}:${String(column)}`, placeText(place));
}

/** How a place is written in traces: `Cell [3]:2:5`. */
export function placeText({ source, line, column }: SourcePlace): string {
  return `${source.name}:${String(line)}:${String(column)}`;
}
