/**
 * Kernel info.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info
 */

import { packageVersion } from "../package-version.ts";
import type { Content } from "../wire/content.ts";
import { protocolVersion } from "../wire/message.ts";

/** Content of `kernel_info_reply`; made without TypeScript, which is not there yet when it is first asked for. */
export function kernelInfoReply(): Content {
  const version = packageVersion();
  const language = packageVersion("typescript");
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
