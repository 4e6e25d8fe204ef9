import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tensor } from "../../src/base/tensor.ts";
import { writeSafetensors } from "../../src/data/safetensors-writer.ts";
import { checkout, run } from "./miniature.ts";

interface Recipe {
  readonly script: string;
  readonly packages: readonly string[] | string;
  readonly writes?: readonly string[];
  readonly prints?: string;
  readonly tolerance: number;
}

const golden = join(checkout, "test", "golden");
const { recipes, packages } = JSON.parse(readFileSync(join(golden, "recipes.json"), "utf8")) as {
  readonly recipes: readonly Recipe[];
  readonly packages: Readonly<Record<string, readonly string[]>>;
};
const filesOf = ({ writes = [], prints }: Recipe): readonly string[] => (prints === undefined ? writes : [prints]);

describe("goldens", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-goldens-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("every golden has a recipe, and every recipe a generator, pinned packages and a tolerance", () => {
    const kept = readdirSync(golden).filter((name) => name !== "make" && name !== "recipes.json");
    assert.deepEqual(recipes.flatMap(filesOf).sort(), kept.sort());
    const scripts = readdirSync(join(golden, "make"));
    for (const recipe of recipes) {
      assert.ok(scripts.includes(recipe.script), recipe.script);
      assert.ok(recipe.tolerance >= 0 && recipe.tolerance <= 1e-4, recipe.script);
      const named = typeof recipe.packages === "string" ? packages[recipe.packages] : recipe.packages;
      assert.ok(
        named?.every((one) => /^[\w-]+==[\d.]+$/.test(one)),
        `${recipe.script}: ${String(named)}`,
      );
    }
  });

  /** What compare.mjs says of two files in the folder. */
  async function differences(file: string, tolerance: number): Promise<readonly string[]> {
    const code = `
      import { differences } from "./scripts/goldens/compare.mjs";
      console.log(JSON.stringify(differences(JSON.parse(process.argv[1]))));`;
    const told = JSON.stringify({ kept: join(folder, `a${file}`), made: join(folder, `b${file}`), tolerance });
    const { output } = await run(process.execPath, ["--input-type=module", "--eval", code, told], { folder: checkout });
    return JSON.parse(output) as readonly string[];
  }

  it("numbers may differ within the tolerance, nothing else may, and headers are not compared", async () => {
    const write = (name: string, value: object): void => {
      writeFileSync(join(folder, name), JSON.stringify(value));
    };
    write("a.json", { header: { v: 1 }, x: [1, 2000, null], s: "a" });
    write("b.json", { header: { v: 2 }, x: [1.0001, 2000.1, null], s: "a" });
    assert.deepEqual(await differences(".json", 2e-4), []);
    assert.deepEqual(await differences(".json", 1e-5), [".x.0: 1 is now 1.0001", ".x.1: 2000 is now 2000.1"]);
    write("b.json", { x: [1, 2000], s: "b", more: 1 });
    assert.deepEqual(await differences(".json", 1), [
      ".x: 3 values are now 2",
      '.s: "a" is now "b"',
      ".more: undefined is now 1",
    ]);
    rmSync(join(folder, "b.json"));
    assert.deepEqual(await differences(".json", 1), [`${folder}/b.json: was not made`]);
  });

  it("weights are compared number by number, other files byte by byte", async () => {
    const weights = (value: number): ReadonlyMap<string, ReturnType<typeof tensor>> =>
      new Map([["w", tensor("f32", [2], Float32Array.of(1, value))]]);
    await writeSafetensors(join(folder, "a.safetensors"), weights(2));
    await writeSafetensors(join(folder, "b.safetensors"), weights(2.5));
    assert.deepEqual(await differences(".safetensors", 0.3), []);
    assert.deepEqual(await differences(".safetensors", 0.1), [`${folder}/a.safetensors w[1]: 2 is now 2.5`]);
    writeFileSync(join(folder, "a.bin"), "x");
    writeFileSync(join(folder, "b.bin"), "y");
    assert.deepEqual(await differences(".bin", 1), [`${folder}/a.bin: other bytes`]);
  });

  it("--check makes a golden again and says so; a name that none has is an error", async () => {
    const check = (name: string): ReturnType<typeof run> =>
      run(process.execPath, ["scripts/run.mjs", "goldens", "--check", name], { folder: checkout });
    const { code, output } = await check("python-random");
    assert.equal(code, 0, output);
    assert.match(output, /same {7}python-random\.json \(within 0\)/);
    assert.match(output, /Goldens: 1 the same, 0 different, 0 not checked/);
    assert.equal((await check("no-such-golden")).code, 1);
  }).timeout(60_000);
});
