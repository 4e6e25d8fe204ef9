// The examples in the documentation are true: the ```ts blocks of README.md and docs/, and every @example of src/, all
// pass the type checker, and those that need no checkpoint run.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run, runShown } from "../setup/child.mjs";
import { packageCommand, root, state } from "../setup/paths.mjs";
import { say } from "../setup/say.mjs";

const folder = join(state, "docs-examples");
const place = join(folder, "run");
const compilerOptions = {
  ...{
    rootDir: "../..",
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
  },
  ...{
    noUnusedLocals: false,
    allowImportingTsExtensions: true,
    paths: { sightlab: ["../../src/index.ts"] },
    lib: ["es2023", "dom", "esnext.disposable"],
  },
};

/** An example that opens what is not in the checkout is only type-checked. */
const needsFiles = /checkpoints\/|microworld:|https?:\/\//;

/** Checks and runs every example; resolves to 0 when all are true. */
export async function checkDocsExamples() {
  const examples = [...markdownExamples(), ...sourceExamples()];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of examples) writeFileSync(join(folder, `${name}.ts`), `${code}\n\nexport {};\n`);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions, include: ["*.ts"] }),
  );
  if (examples.length > 0 && (await runShown(process.execPath, [packageCommand("tsc"), "-p", folder])) !== 0) return 1;
  return runExamples(
    examples.filter(({ code }) => !needsFiles.test(code)),
    examples.length,
  );
}

async function runExamples(runnable, all) {
  mkdirSync(place);
  const problems = [];
  for (const one of runnable) problems.push(...(await problemsOf(one)));
  problems.forEach(say);
  say(`${all} examples type-checked, ${runnable.length} of them run, ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
}

/**
 * Runs an example in an empty folder, on our own sample of each dataset; where the page shows what it prints, it must
 * print just that. A line of the page that ends in "…" leaves its end open.
 */
async function problemsOf({ name, where, printed }) {
  const { code, output } = await run(process.execPath, ["--import", "tsx", join(folder, `${name}.ts`)], {
    log: "docs-example",
    cwd: place,
    env: { ...process.env, TZ: "UTC", TSX_TSCONFIG_PATH: join(folder, "tsconfig.json"), SIGHTLAB_DATA: place },
  });
  if (code !== 0) return [`${where} ends with code ${code}:\n${output}`];
  if (printed === undefined || isAsShown(output, printed)) return [];
  return [`${where} does not print what the page shows, but:\n${output}`];
}

function isAsShown(output, printed) {
  const lines = output.trim().split("\n");
  const shown = printed.trim().split("\n");
  const fits = (line, index) =>
    line.endsWith("…") ? lines[index]?.startsWith(line.slice(0, -1)) : lines[index] === line;
  return lines.length === shown.length && shown.every(fits);
}

/**
 * ```ts blocks of README.md and docs/, each with the ```text block right after it: what it prints. A block that begins
 * with `// sketch` shows what is planned and is left out.
 */
function markdownExamples() {
  const docs = existsSync(join(root, "docs")) ? readdirSync(join(root, "docs")).map((name) => `docs/${name}`) : [];
  const files = ["README.md", ...docs].filter((path) => path.endsWith(".md") && existsSync(join(root, path)));
  return files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const blocks = [...text.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```\n(?:\s*^```text\n([\s\S]*?)^```)?/gm)];
    const shown = blocks.filter(([, code]) => !code.startsWith("// sketch"));
    return shown.map(([, code, printed], index) => example({ path, index, code, printed }));
  });
}

/** The @example of each doc comment in src/, up to the comment's next tag or end. */
function sourceExamples() {
  const files = readdirSync(join(root, "src"), { recursive: true }).filter((path) => path.endsWith(".ts"));
  return files.sort().flatMap((path) => {
    const comments = readFileSync(join(root, "src", path), "utf8").matchAll(
      /@example\s*\n([\s\S]*?)(?=\n\s*\* @|\*\/)/g,
    );
    return [...comments].map(([, body], index) => example({ path: `src/${path}`, index, code: uncomment(body) }));
  });
}

function uncomment(body) {
  const lines = body.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  return lines.filter((line) => !line.startsWith("```")).join("\n");
}

function example({ path, index, code, printed }) {
  const name = `${path.replace(/[^a-zA-Z0-9]+/g, "-")}-${index + 1}`;
  return { name, where: `${path}, example ${index + 1}`, code, printed };
}
