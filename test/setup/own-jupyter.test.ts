import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";
import { checkout, run } from "./miniature.ts";

const kernelCli = join(checkout, "kernel", "dist", "cli.js");
const examine = `import { ownJupyter } from "./scripts/doctor/own-jupyter.mjs"; console.log(JSON.stringify(await ownJupyter()));`;

/** A Python environment of a user's own with Jupyter in it (the packages of ours), and with no front ends of widgets. */
class OwnJupyter {
  readonly prefix = temporaryFolder("own");
  readonly env: Readonly<Record<string, string | undefined>>;

  constructor() {
    const ours = join(checkout, ".venv");
    const python = join(this.prefix, "bin", "python");
    execFileSync(join(ours, "bin", "python"), ["-m", "venv", "--without-pip", this.prefix]);
    const [version = ""] = readdirSync(join(this.prefix, "lib"));
    const packages = join("lib", version, "site-packages");
    writeFileSync(join(this.prefix, packages, "ours.pth"), join(ours, packages));
    const program = join(this.prefix, "bin", "jupyter");
    writeFileSync(program, `#!/bin/sh\nexec "${python}" -m jupyter "$@"\n`);
    chmodSync(program, 0o755);
    this.env = {
      HOME: this.prefix,
      PATH: [join(this.prefix, "bin"), process.env.PATH ?? ""].join(delimiter),
      ...{ JUPYTER_PATH: undefined, JUPYTER_DATA_DIR: undefined, XDG_DATA_HOME: undefined, VIRTUAL_ENV: undefined },
    };
  }

  /** Installs the front ends of some packages, as pip does. */
  addFrontEnds(...names: readonly string[]): void {
    const path = join("share", "jupyter", "labextensions");
    for (const name of names) {
      cpSync(join(checkout, ".venv", path, name), join(this.prefix, path, name), { recursive: true });
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.prefix, { recursive: true, force: true });
  }
}

async function examined(env: OwnJupyter["env"]): Promise<{ readonly text: string; readonly advice?: string }> {
  const { code, output } = await run(process.execPath, ["--input-type=module", "--eval", examine], {
    folder: checkout,
    env,
  });
  assert.equal(code, 0, output);
  return JSON.parse(output) as { readonly text: string; readonly advice?: string };
}

describe("the kernel in a Jupyter of the user's own", function () {
  this.timeout(120_000);

  it("is told of front ends that are missing, by doctor and by the kernel's own command", async () => {
    using own = new OwnJupyter();
    assert.match((await examined(own.env)).text, /^does not have the kernel/);
    const install = await run(process.execPath, [kernelCli, "install", "--user"], { folder: own.prefix, env: own.env });
    const both =
      /JupyterLab lacks jupyterlab_widgets, so the standard controls would stay blank.*JupyterLab lacks anywidget/s;
    assert.match(install.output, both);
    const first = await examined(own.env);
    assert.match(first.text, /^has the kernel \(.*kernel\.json\)$/);
    assert.match(first.advice ?? "", both);

    own.addFrontEnds("@jupyter-widgets/jupyterlab-manager");
    const second = await examined(own.env);
    assert.match(second.advice ?? "", /^JupyterLab lacks anywidget, so widgets\.module would stay blank: pip install/);

    own.addFrontEnds("anywidget");
    assert.equal((await examined(own.env)).advice, undefined);
    const check = await run(process.execPath, [kernelCli, "check", "--user"], { folder: own.prefix, env: own.env });
    assert.match(check.output, /is in order\n$/);
  });

  it("is found in the environment of a prefix", async () => {
    using own = new OwnJupyter();
    mkdirSync(join(own.prefix, "share", "jupyter"), { recursive: true });
    const install = (): ReturnType<typeof run> =>
      run(process.execPath, [kernelCli, "install", "--sys-prefix", own.prefix], { folder: own.prefix, env: own.env });
    assert.match((await install()).output, /JupyterLab lacks anywidget/);
    own.addFrontEnds("@jupyter-widgets/jupyterlab-manager", "anywidget");
    assert.doesNotMatch((await install()).output, /lacks/);
  });

  it("is no matter where there is no Jupyter", async () => {
    const nowhere = join(checkout, "test");
    const { text, advice } = await examined({ PATH: nowhere, HOME: nowhere });
    assert.match(text, /^there is none on the search path/);
    assert.equal(advice, undefined);
  });
});
