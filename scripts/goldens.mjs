// `npm run goldens -- --check`: makes every golden again from the package that it names and compares the two.
//
// `--check name` takes the goldens whose name contains it; `--check --rotate` takes one of the cheap ones, another at each
// commit. Nothing of the checkout is changed: generators run in a copy of test/golden and datasets.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { differences } from "./goldens/compare.mjs";
import { Unavailable } from "./goldens/inputs.mjs";
import { makeAgain } from "./goldens/make-again.mjs";
import { root } from "./setup/paths.mjs";
import { main, say } from "./setup/say.mjs";

/** What generators read and write, by their places in the repository. */
const copied = [join("test", "golden"), "datasets"];

await main(async () => {
  const { values, names } = readArguments(process.argv.slice(2));
  if (!values.has("--check")) {
    console.log("Usage: npm run goldens -- --check [--rotate] [part of a golden's name ...]");
    return 1;
  }
  const all = JSON.parse(readFileSync(join(root, "test", "golden", "recipes.json"), "utf8"));
  const recipes = chooseRecipes(all.recipes, { rotate: values.has("--rotate"), names });
  if (recipes.length === 0) return fail(`No golden's name contains ${names.join(" or ")}`);
  const totals = { same: 0, different: 0, skipped: 0 };
  for (const recipe of recipes) totals[await check(recipe, all.packages)] += 1;
  say(`Goldens: ${totals.same} the same, ${totals.different} different, ${totals.skipped} not checked`);
  return totals.different > 0 || totals.same === 0 ? 1 : 0;
});

function readArguments(words) {
  const isOption = (word) => word.startsWith("--");
  return { values: new Set(words.filter(isOption)), names: words.filter((word) => !isOption(word)) };
}

function chooseRecipes(recipes, { rotate, names }) {
  const named = recipes.filter(
    (recipe) => names.length === 0 || names.some((name) => filesOf(recipe).join().includes(name)),
  );
  if (!rotate) return named;
  const cheap = named.filter(({ isCheap }) => isCheap === true);
  const commits = Number(execFileSync("git", ["rev-list", "--count", "HEAD"], { cwd: root, encoding: "utf8" }));
  return cheap.slice(commits % cheap.length).slice(0, 1);
}

/** The files and folders that a recipe makes. */
function filesOf({ writes = [], prints }) {
  return prints === undefined ? writes : [...writes, prints];
}

async function check(recipe, packageSets) {
  const title = filesOf(recipe).join(", ");
  const scratch = mkdtempSync(join(tmpdir(), "sightlab-golden-"));
  try {
    for (const folder of copied) cpSync(join(root, folder), join(scratch, folder), { recursive: true });
    const packages = Array.isArray(recipe.packages) ? recipe.packages : packageSets[recipe.packages];
    await makeAgain({ ...recipe, packages }, scratch);
    const found = filesOf(recipe).flatMap((file) =>
      differences({
        kept: join(root, "test", "golden", file),
        made: join(scratch, "test", "golden", file),
        tolerance: recipe.tolerance,
      }),
    );
    if (found.length === 0) say(`same       ${title} (within ${recipe.tolerance})`);
    else fail([`DIFFERENT  ${title}`, ...found.slice(0, 5)].join("\n             "));
    return found.length === 0 ? "same" : "different";
  } catch (error) {
    if (error instanceof Unavailable) {
      say(`not checked ${title}: ${error.message}`);
      return "skipped";
    }
    fail(`DIFFERENT  ${title}: ${error.message}`);
    return "different";
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function fail(text) {
  say(text);
  return 1;
}
