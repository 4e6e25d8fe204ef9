import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { basename, join } from "node:path";

import { skip } from "../skip.ts";
import { checkout, type Ended, miniature, type Miniature } from "./miniature.ts";

interface Wheel {
  readonly requirement: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** Writes wheels that hold, under the names of CUDA's libraries, only those names. */
const writeWheels = `
import json, sys, zipfile
for one in json.loads(sys.argv[2]):
    name, version = one["requirement"].replace("-", "_").split("==")
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(f"{sys.argv[1]}/{name}-{version}-py3-none-any.whl", "w") as wheel:
        for file in one["files"] + ["unused.so"]:
            wheel.writestr(one["folder"] + "/" + file, file)
        wheel.writestr(info + "/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\nRequires-Dist: numpy\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
`;

/** A package index of the wheels in a folder, with what was asked of it. */
class Index implements AsyncDisposable {
  /** Wheels that were sent whole. */
  readonly sent: string[] = [];
  /** Names that it does not know for now, and names whose next download breaks off. */
  readonly unknown = new Set<string>();
  readonly breaking = new Set<string>();
  readonly #server: Server;

  constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const file = readdirSync(folder).find((wheel) => request.url?.endsWith(wheel));
      const wanted = file?.split("-")[0]?.replaceAll("_", "-") ?? basename(request.url ?? "");
      if (this.unknown.has(wanted)) return void response.writeHead(404).end();
      if (file === undefined) {
        const own = readdirSync(folder).filter((wheel) => wheel.startsWith(`${wanted.replaceAll("-", "_")}-`));
        response.writeHead(200, { "content-type": "text/html" });
        return void response.end(own.map((wheel) => `<a href="/wheels/${wheel}">${wheel}</a>`).join(""));
      }
      const bytes = readFileSync(join(folder, file));
      response.writeHead(200, { "content-length": bytes.length });
      if (this.breaking.delete(wanted)) return void response.write(bytes.subarray(0, 9), () => response.destroy());
      response.end(bytes);
      this.sent.push(wanted);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`; // a TCP server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A checkout that is set up, but for CUDA, with the wheels in its folder `wheels`. */
async function checkoutWithWheels(): Promise<Miniature & { readonly wheels: readonly Wheel[] }> {
  const small = miniature({
    "package.json": "{}",
    "package-lock.json": `{ "packages": {} }`,
    "node_modules/.package-lock.json": `{ "packages": {} }`,
    "node_modules/onnxruntime-node/package.json": `{ "version": "1.30.0" }`,
    "wheels.py": writeWheels,
  });
  symlinkSync(join(checkout, ".venv"), join(small.folder, ".venv"));
  mkdirSync(join(small.folder, "wheels"));
  const { output } = await small.run(`
    import { execFileSync } from "node:child_process";
    import { cudaPackages } from "./scripts/cuda/packages.mjs";
    import { hashFiles, writeStamp } from "./scripts/setup/stamp.mjs";
    writeStamp("python-environment", hashFiles(["scripts/requirements.txt"]));
    const packages = JSON.stringify(cudaPackages());
    execFileSync(".venv/bin/python", ["wheels.py", "wheels", packages]);
    console.log(packages);`);
  return { ...small, wheels: JSON.parse(output) as readonly Wheel[] };
}

function fetchCuda(small: Miniature, index: string): Promise<Ended> {
  const settings = { PIP_INDEX_URL: index, PIP_FIND_LINKS: undefined, PIP_CONFIG_FILE: "/dev/null" };
  return small.run(`process.argv[2] = "cuda"; await import("./scripts/run.mjs");`, settings);
}

describe("npm run cuda", function () {
  this.timeout(120_000);

  before(function () {
    if (process.platform !== "linux" || process.arch !== "x64") skip(this, "needs Linux on x86-64");
  });

  it("takes the provider's version from onnxruntime-node, and pins NVIDIA's libraries as the wheel wants them", async () => {
    using small = await checkoutWithWheels();
    const [provider, ...nvidia] = small.wheels.map(({ requirement }) => requirement);
    assert.equal(provider, "onnxruntime-gpu==1.30.0");
    for (const requirement of nvidia) {
      assert.match(requirement, /^nvidia-(cuda-runtime==13|cublas==13|curand==10)\.[0-9.]+$/);
    }
  });

  it("fetches what is missing, tries again where a download breaks off, and keeps what an earlier run has brought", async () => {
    using small = await checkoutWithWheels();
    await using index = new Index(join(small.folder, "wheels"));
    const address = await index.start();
    index.unknown.add("nvidia-cublas");
    index.breaking.add("onnxruntime-gpu");
    const first = await fetchCuda(small, address);
    assert.equal(first.code, 1, first.output);
    assert.match(first.output, /^Try 1 of 3 failed$/m);
    assert.match(first.output, /^No ready-made nvidia-cublas==\S+ for this Python while fetching CUDA/m);
    assert.deepEqual(index.sent, ["onnxruntime-gpu", "nvidia-cuda-runtime"]);
    const home = join(small.folder, ".sightlab", "cuda");
    assert.ok(!existsSync(join(home, "1.30.0")), "half of it does not pass for the whole");

    index.unknown.clear();
    mkdirSync(join(home, "1.29.0"));
    const second = await fetchCuda(small, address);
    assert.equal(second.code, 0, second.output);
    assert.deepEqual(index.sent.slice(2), ["nvidia-cublas", "nvidia-curand"]);
    assert.deepEqual(readdirSync(home), ["1.30.0"]);
    const names = small.wheels.flatMap(({ files }) => files);
    assert.deepEqual(readdirSync(join(home, "1.30.0")).sort(), [...names, "packages.json"].sort());
    for (const name of names) assert.equal(readFileSync(join(home, "1.30.0", name), "utf8"), name);

    const third = await fetchCuda(small, address);
    assert.match(third.output, /^CUDA is in \S+1\.30\.0, [^\n]*\n$/, "nothing is done twice");
    assert.equal(index.sent.length, 4);
  });

  it("says that there is no network", async () => {
    using small = await checkoutWithWheels();
    const { code, output } = await fetchCuda(small, "http://127.0.0.1:9/simple");
    assert.equal(code, 1);
    assert.match(output, /^Try 2 of 3 failed$/m);
    assert.match(output, /^No network while fetching CUDA: connect to the internet .*$/m);
  });
});
