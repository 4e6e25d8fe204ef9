/** `sightlab data`: brings benchmark files, registers those that are here already, lists what there is. */

import { parseArgs } from "node:util";

import { addDataset } from "../data/add-dataset.ts";
import { dataFolder } from "../data/data-folder.ts";
import { type DatasetStatus, type FileState, listDatasets } from "../data/list-datasets.ts";
import { type Manifest, readManifest } from "../data/manifest.ts";
import { pullDataset } from "../data/pull.ts";
import { type Command, type Output, UsageError } from "./command.ts";

const options = {
  data: { type: "string" },
  from: { type: "string" },
  other: { type: "boolean", default: false },
  files: { type: "boolean", default: false },
} as const;

/** Three verbs: pull, add, list. */
export const dataCommand: Command = {
  name: "data",
  summary: "bring, register and list benchmark files",
  usage: [
    "sightlab data pull <name> [--from <address>] [--data <folder>]",
    "sightlab data add <name> <path> [--other] [--data <folder>]",
    "sightlab data list [<name>] [--files] [--data <folder>]",
    "",
    "pull downloads what is missing, goes on where it was stopped, and keeps only bytes of the SHA-256 that the manifest",
    "names; where nobody knows it, the first pull records it. --from names a mirror that holds the files by their paths.",
    "add links files that you have; --other takes files with another SHA-256 too. list says what is here.",
    "Files are kept in --data; else in SIGHTLAB_DATA; else in .sightlab/data of a checkout, or ~/.cache/sightlab/data.",
  ].join("\n"),
  async run(args, output) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [verb, name, path, ...more] = positionals;
    if (verb === "list" && path === undefined) {
      const environment = { ...process.env, ...(values.data === undefined ? {} : { SIGHTLAB_DATA: values.data }) };
      const found = await listDatasets({ environment, ...(name === undefined ? {} : { name }) });
      output.print(listText(found, values.files || name !== undefined));
    } else if (verb === "pull" && name !== undefined && path === undefined) {
      await pull(await readManifest(name), { folder: values.data, from: values.from }, output);
    } else if (verb === "add" && name !== undefined && path !== undefined && more.length === 0) {
      await add(await readManifest(name), path, { folder: values.data, acceptsOthers: values.other }, output);
    } else throw new UsageError(`Cannot read the command: expected one of\n${dataCommand.usage}`);
  },
};

async function pull(
  manifest: Manifest,
  { folder = dataFolder(), from }: { readonly folder: string | undefined; readonly from: string | undefined },
  { print, say }: Output,
): Promise<void> {
  say(`${manifest.title}. Licence: ${manifest.licence}. ${manifest.homepage}`);
  if (manifest.byHand !== null) say(`By hand: ${manifest.byHand}`);
  const files = await pullDataset(manifest, { folder, ...(from === undefined ? {} : { from }) });
  for (const { path, state, sha256, isVerified } of files) {
    const words = isVerified ? "verified" : `unverified, SHA-256 ${sha256 ?? "unknown"}`;
    print(`${path}: ${state === "by hand" ? "not here, to be had by hand only" : `${state}, ${words}`}`);
  }
  say(`In ${folder}/${manifest.name}`);
  const missing = files.filter(({ state }) => state === "by hand").length;
  if (missing > 0) {
    throw new Error(
      `Cannot pull ${missing} of ${files.length} files: expected an address, got none. ${manifest.byHand ?? `See ${manifest.homepage}.`} Then: sightlab data add ${manifest.name} <folder>`,
    );
  }
}

async function add(
  manifest: Manifest,
  path: string,
  { folder = dataFolder(), acceptsOthers }: { readonly folder: string | undefined; readonly acceptsOthers: boolean },
  { print, say }: Output,
): Promise<void> {
  for (const file of await addDataset(manifest, path, { folder, acceptsOthers })) {
    const words = file.isVerified ? "verified" : "unverified";
    print(`${file.path}: ${file.from === null ? "not there" : `${words}, linked to ${file.from}`}`);
  }
  say(`In ${folder}/${manifest.name}`);
}

const stateWords: Readonly<Record<FileState, string>> = {
  verified: "here, verified",
  unverified: "here, unverified",
  other: "here, other bytes than the manifest's",
  unchecked: "here, not checked",
  missing: "missing",
};

function listText(found: readonly DatasetStatus[], showsFiles: boolean): string {
  return found.flatMap((status) => [...datasetLines(status), ...(showsFiles ? fileLines(status) : [])]).join("\n");
}

function datasetLines({ manifest, folder, files, isSample }: DatasetStatus): readonly string[] {
  const here = files.filter(({ state }) => state !== "missing");
  const counts = countBy(here.map(({ state }) => stateWords[state].replace("here, ", "")));
  const rows = here.reduce((sum, { file }) => sum + (file.rows ?? 0), 0);
  const all = files.reduce((sum, { file }) => sum + (file.rows ?? 0), 0);
  const what = counts.map(([word, count]) => `${count} ${word}`).join(", ");
  const amount = here.length === 0 ? "only our sample" : `${here.length} of ${files.length} files (${what})`;
  const isWhole = here.length === files.length && !(isSample && here.length === 0);
  const hint = isWhole ? "" : `; sightlab data pull ${manifest.name}`;
  return [
    `${manifest.name}: ${manifest.title}`,
    `  ${amount}${all === 0 ? "" : `, ${rows} of ${all} rows`}; licence ${manifest.licence}`,
    `  ${folder}${hint}`,
    ...(manifest.byHand === null || hint === "" ? [] : [`  by hand: ${manifest.byHand}`]),
  ];
}

function fileLines({ files }: DatasetStatus): readonly string[] {
  return files.map(({ file, state }) => {
    const rows = file.rows === null ? "" : `, ${file.rows} rows`;
    return `    ${file.unpack === null ? file.path : `${file.path} -> ${file.unpack.into}`}: ${stateWords[state]}${rows}`;
  });
}

function countBy(words: readonly string[]): readonly (readonly [string, number])[] {
  return [...new Set(words)].map((word) => [word, words.filter((other) => other === word).length] as const);
}
