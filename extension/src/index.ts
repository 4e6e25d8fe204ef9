/** The renderers that JupyterLab loads, one a MIME type. */

import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { figurePlugin } from "./figure-plugin.ts";
import { tablePlugin } from "./table-plugin.ts";

const plugins: readonly IRenderMime.IExtension[] = [tablePlugin, figurePlugin];

export default plugins;
