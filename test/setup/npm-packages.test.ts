import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { join } from "node:path";

import { checkout, type Ended, miniature, type Miniature, run } from "./miniature.ts";

const install = `
  import { installNpmPackages, packagesProblem } from "./scripts/setup/npm-packages.mjs";
  import { main } from "./scripts/setup/say.mjs";
  await main(async () => { await installNpmPackages(); console.log("problem", packagesProblem()); });`;
const problem = `import { packagesProblem } from "./scripts/setup/npm-packages.mjs"; console.log(packagesProblem())`;

/** A registry on this machine that serves one package, "tiny" 1.0.0. */
async function tinyRegistry(): Promise<{ readonly address: string; readonly integrity: string; close(): void }> {
  using small = miniature({ "tiny/package.json": JSON.stringify({ name: "tiny", version: "1.0.0" }) });
  await run("npm", ["pack", "--silent"], { folder: join(small.folder, "tiny") });
  const archive = readFileSync(join(small.folder, "tiny", "tiny-1.0.0.tgz"));
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const server = createServer((asked, answer) => {
    const tarball = `http://${asked.headers.host ?? ""}/tiny/-/tiny-1.0.0.tgz`;
    const version = { name: "tiny", version: "1.0.0", dist: { integrity, tarball } };
    const page = JSON.stringify({ name: "tiny", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } });
    answer.end(asked.url?.endsWith(".tgz") === true ? archive : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    address: `http://127.0.0.1:${port}/`,
    integrity,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A checkout that needs just that package. */
function small(integrity: string): Miniature {
  const manifest = { name: "small", version: "1.0.0", dependencies: { tiny: "1.0.0" } };
  const packages = { "": manifest, "node_modules/tiny": { version: "1.0.0", integrity } };
  return miniature({
    "package.json": JSON.stringify(manifest),
    "package-lock.json": JSON.stringify({
      name: "small",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages,
    }),
    ".npmrc": readFileSync(join(checkout, ".npmrc"), "utf8"),
  });
}

describe("setup/npm-packages", function () {
  this.timeout(60_000);
  let registry: Awaited<ReturnType<typeof tinyRegistry>>;
  const installFrom = (folder: Miniature, address: string): Promise<Ended> =>
    folder.run(install, { npm_config_registry: address, npm_config_cache: join(folder.folder, "cache") });

  before(async () => {
    registry = await tinyRegistry();
  });
  after(() => {
    registry.close();
  });

  it("installNpmPackages() says that there is no network, and the next run recovers", async () => {
    using folder = small(registry.integrity);
    const without = await installFrom(folder, "http://127.0.0.1:9/");
    assert.equal(without.code, 1);
    assert.match(without.output, /^No network while installing npm packages: connect to the internet .*$/m);
    assert.doesNotMatch(without.output, /^\s+at /m);
    const again = await installFrom(folder, registry.address);
    assert.match(again.output, /problem undefined/, again.output);
  });

  it("installNpmPackages() repairs a half-finished node_modules and does nothing to a whole one", async () => {
    using folder = small(registry.integrity);
    mkdirSync(join(folder.folder, "node_modules", "tiny"), { recursive: true });
    assert.match((await folder.run(problem)).output, /missing or half finished/);
    assert.match((await installFrom(folder, registry.address)).output, /Installing npm packages: done/);
    assert.doesNotMatch((await installFrom(folder, registry.address)).output, /Installing/);
    rmSync(join(folder.folder, "node_modules", "tiny", "package.json"));
    assert.match((await folder.run(problem)).output, /node_modules\/tiny is missing/);
    assert.match((await installFrom(folder, registry.address)).output, /problem undefined/);
  });

  it("installNpmPackages() ends npm when the disk is full, as npm itself would go on and end well", async () => {
    using folder = small(registry.integrity);
    const pretended = join(folder.folder, "npm-cli.js");
    writeFileSync(
      pretended,
      `console.error("npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left"); setTimeout(() => {}, 50_000);`,
    );
    const { code, output } = await folder.run(install, { npm_execpath: pretended });
    assert.equal(code, 1);
    assert.match(output, /^The disk is full while installing npm packages: free about 2 GB .* run the command again$/m);
  });

  it("packagesProblem() names a package whose version is not the lock file's, and lets other platforms' packages be", async () => {
    using folder = small(registry.integrity);
    await installFrom(folder, registry.address);
    const file = join(folder.folder, "package-lock.json");
    const lock = readFileSync(file, "utf8");
    writeFileSync(
      file,
      lock.replace(
        '"node_modules/tiny":',
        '"node_modules/other-platform":{"version":"1.0.0","optional":true},"node_modules/tiny":',
      ),
    );
    assert.equal((await folder.run(problem)).output.trim(), "undefined");
    writeFileSync(
      file,
      lock.replace('"node_modules/tiny":{"version":"1.0.0"', '"node_modules/tiny":{"version":"1.0.1"'),
    );
    assert.match((await folder.run(problem)).output, /node_modules\/tiny is missing or of another version/);
  });
});
