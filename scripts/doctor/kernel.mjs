// Starts our kernel as Jupyter would and waits for its first answer.

import { run } from "../setup/child.mjs";
import { jupyterEnvironment } from "../setup/jupyter-environment.mjs";
import { python } from "../setup/paths.mjs";

const ask = `
import time
from jupyter_client.manager import start_new_kernel
began = time.monotonic()
manager, client = start_new_kernel(kernel_name="sightlab", startup_timeout=30)
seconds = time.monotonic() - began
reply = client.kernel_info(reply=True, timeout=10)
print("ANSWER", round(seconds, 1), reply["content"]["implementation"], reply["content"]["implementation_version"])
client.stop_channels()
manager.shutdown_kernel(now=False)
`;

/** Starts the kernel: { seconds, says } when it answers, { says } with the last line it printed when not. */
export async function kernelAnswers() {
  const { output } = await run(python, ["-c", ask], { log: "doctor-kernel", env: jupyterEnvironment() });
  const [, seconds, says] = /^ANSWER (\S+) (.*)$/m.exec(output) ?? [];
  return { seconds, says: says ?? output.trim().split("\n").at(-1)?.slice(0, 200) };
}
