import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { miniature, type Miniature, run } from "./miniature.ts";

const make = `
  import { makePythonEnvironment } from "./scripts/setup/python-environment.mjs";
  import { main } from "./scripts/setup/say.mjs";
  await main(() => makePythonEnvironment({ tests: false }));`;
const findExecutable = `import { findPython } from "./scripts/setup/find-python.mjs"; console.log(findPython().executable);`;

/** Writes wheels into a folder: of an empty package, "tiny" 1.0.0, and of the pip that runs this. */
const writeWheels = `
import importlib.metadata, sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/tiny-1.0.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny.py", "")
    wheel.writestr("tiny-1.0.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0.0\\n")
    wheel.writestr("tiny-1.0.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("tiny-1.0.0.dist-info/RECORD", "tiny.py,,\\ntiny-1.0.0.dist-info/METADATA,,\\ntiny-1.0.0.dist-info/WHEEL,,\\ntiny-1.0.0.dist-info/RECORD,,\\n")
pip = importlib.metadata.distribution("pip")
with zipfile.ZipFile(f"{sys.argv[1]}/pip-{pip.version}-py3-none-any.whl", "w") as wheel:
    for file in pip.files:
        if not str(file).startswith("..") and not str(file).endswith(".pyc") and file.locate().exists():
            wheel.write(file.locate(), str(file))
`;

/** A checkout whose environment holds just that package, which lies in its folder \`wheels\`. */
async function withSmall(work: (folder: Miniature, python: string) => Promise<void>): Promise<void> {
  using folder = miniature({ "scripts/requirements.txt": "tiny==1.0.0\n", "wheels/make.py": writeWheels });
  const python = (await folder.run(findExecutable)).output.trim();
  const wheels = join(folder.folder, "wheels");
  const code = `import { execFileSync } from "node:child_process"; execFileSync("${python}", ["${wheels}/make.py", "${wheels}"]);`;
  assert.equal((await folder.run(code)).code, 0);
  await work(folder, python);
}

/** pip that finds only what is in the folder \`wheels\`. */
const offline = ({ folder }: Miniature): Record<string, string | undefined> => ({
  PIP_NO_INDEX: "1",
  PIP_FIND_LINKS: join(folder, "wheels"),
  PIP_CONFIG_FILE: "/dev/null",
});

const holdsTiny = async ({ folder }: Miniature): Promise<boolean> =>
  (await run(join(folder, ".venv", "bin", "python"), ["-c", "import tiny"], { folder })).code === 0;

describe("setup/python-environment", function () {
  this.timeout(120_000);

  it("makePythonEnvironment() says that there is no network, and the next run recovers", () =>
    withSmall(async (folder) => {
      const closed = {
        PIP_INDEX_URL: "http://127.0.0.1:9/simple",
        PIP_FIND_LINKS: undefined,
        PIP_CONFIG_FILE: "/dev/null",
      };
      const without = await folder.run(make, closed);
      assert.equal(without.code, 1);
      assert.match(without.output, /^No network while installing JupyterLab: connect to the internet .*$/m);
      const again = await folder.run(make, offline(folder));
      assert.equal(again.code, 0, again.output);
      assert.ok(await holdsTiny(folder));
      assert.equal((await folder.run(make, offline(folder))).output, "", "a whole environment is left alone, silently");
    }));

  it("makePythonEnvironment() makes a half-finished environment anew", () =>
    withSmall(async (folder) => {
      mkdirSync(join(folder.folder, ".venv", "bin"), { recursive: true });
      writeFileSync(join(folder.folder, ".venv", "bin", "python"), "half a download");
      const made = await folder.run(make, offline(folder));
      assert.equal(made.code, 0, made.output);
      assert.ok(await holdsTiny(folder));
    }));

  it("makePythonEnvironment() does without ensurepip", () =>
    withSmall(async (folder, python) => {
      // As on a Debian without python3-venv: the module is not there. pip comes from the Python's own pip, offline from a wheel.
      const hidden = join(folder.folder, "hidden");
      mkdirSync(hidden);
      writeFileSync(join(hidden, "ensurepip.py"), "raise ModuleNotFoundError('No module named ensurepip')\n");
      const shim = join(folder.folder, "python3");
      writeFileSync(shim, `#!/bin/sh\nPYTHONPATH='${hidden}' exec '${python}' "$@"\n`);
      chmodSync(shim, 0o755);
      const made = await folder.run(make, { ...offline(folder), PYTHON: shim });
      assert.equal(made.code, 0, made.output);
      assert.ok(await holdsTiny(folder));
      assert.ok(existsSync(join(folder.folder, ".venv", "package.json")));
    }));
});
