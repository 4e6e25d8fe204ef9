// `npm run cuda`: fetches what the device "cuda" needs beside the driver: ONNX Runtime's provider and NVIDIA's libraries.

import { fetchCuda } from "./cuda/fetch.mjs";
import { cudaFolder } from "./cuda/packages.mjs";
import { installNpmPackages } from "./setup/npm-packages.mjs";
import { main, say } from "./setup/say.mjs";

await main(async () => {
  await installNpmPackages();
  await fetchCuda();
  say(
    `CUDA is in ${cudaFolder()}, where the device "cuda" looks. It has not run on a GPU yet: see docs/using-a-gpu.md`,
  );
});
