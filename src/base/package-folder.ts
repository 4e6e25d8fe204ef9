/** Where this package stands, built or from its sources. */

import { fileURLToPath } from "node:url";

/** The folder with package.json and `datasets/`. */
export const packageFolder: string = fileURLToPath(new URL("../../", import.meta.url));
