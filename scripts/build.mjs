// `npm run build`: installs the npm packages if needed, then builds the library, the kernel and the extension.

import { buildAll } from "./setup/build.mjs";
import { installNpmPackages } from "./setup/npm-packages.mjs";
import { main } from "./setup/say.mjs";

await main(async () => {
  await installNpmPackages();
  await buildAll();
});
