/**
 * Kernel info.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { type Content, isContent, textOf } from "../wire/content.ts";
import { protocolVersion } from "../wire/message.ts";

/** Content of `kernel_info_reply`. */
export function kernelInfoReply(): Content {
  const version = packageVersion("../../package.json");
  const language = packageVersion("typescript/package.json");
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "sightlab",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: language,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `Sightlab ${version}: TypeScript ${language} on Node ${process.versions.node}`,
    debugger: false,
    supported_features: [],
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: `https://nodejs.org/docs/v${process.versions.node}/api/` },
    ],
  };
}

/** Reads a version without loading the package: this must be answered before TypeScript is there. */
function packageVersion(specifier: string): string {
  const path = createRequire(import.meta.url).resolve(specifier);
  const description: unknown = JSON.parse(readFileSync(path, "utf8"));
  return isContent(description) ? textOf(description, "version") : "";
}
