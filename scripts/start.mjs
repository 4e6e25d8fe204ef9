// `npm start`: sets up whatever is missing and opens JupyterLab on the notebooks. Ctrl-C ends all of it.

import { readOptions } from "./lab/options.mjs";
import { choosePort } from "./lab/port.mjs";
import { startLab } from "./lab/server.mjs";
import { setUp } from "./setup/all.mjs";
import { copyNotebooks } from "./setup/notebooks.mjs";
import { workingNotebooks } from "./setup/paths.mjs";
import { main, say, step } from "./setup/say.mjs";

await main(async () => {
  const { browser, port: asked, folder, help } = readOptions(process.argv.slice(2));
  if (help !== undefined) return void console.log(help);
  const port = await choosePort(asked);
  await setUp();
  const first = folder === undefined ? copyNotebooks() : undefined;
  const path = first === undefined ? "/lab" : `/lab/tree/${first}`;
  const lab = await step("Starting JupyterLab", () =>
    startLab({ folder: folder ?? workingNotebooks, port, browser, path }),
  );
  say(`JupyterLab is at ${lab.url}`);
  say(`Notebooks: ${folder ?? workingNotebooks} (Ctrl-C ends JupyterLab and its kernels)`);
  return await untilEnded(lab);
});

/** Waits for the server's end or for Ctrl-C; resolves to the exit code. */
async function untilEnded(lab) {
  const asked = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve(signal));
  });
  const why = await Promise.race([lab.ended, asked]);
  if (typeof why === "number") {
    say("JupyterLab ended; its log is .sightlab/logs/jupyterlab.log");
    return why;
  }
  await lab.stop();
  say("Ended.");
  return 0;
}
