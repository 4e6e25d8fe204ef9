/**
 * The kernelspec: the folder through which Jupyter finds this kernel.
 *
 * https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
 */

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Name of the kernelspec folder, and what notebooks record in their metadata. */
export const kernelName = "sightlab";

/** Content of kernel.json. */
export interface Kernelspec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "message" | "signal";
  readonly metadata: { readonly debugger: boolean };
}

/** Where a kernelspec goes: an installation prefix such as a Python environment, or the user's own data folder. */
export type KernelspecPlace = { readonly prefix: string } | { readonly user: true };

/** What can be found out about an installed kernelspec without starting it. */
export interface KernelspecState {
  readonly folder: string;
  /** Sentences that say what is wrong; empty where the kernelspec is in order. */
  readonly problems: readonly string[];
}

const entry = fileURLToPath(new URL("./main.js", import.meta.url));

/** What the kernel's Node is told: see cells/unwind.ts. */
const nodeOptions = ["--no-force-async-hooks-checks"];

/** The kernelspec that starts this copy of the kernel with this Node, importing from `fallback` what a folder lacks. */
export function kernelspec({ fallback }: { readonly fallback?: string | undefined } = {}): Kernelspec {
  const options = fallback === undefined ? [] : ["--fallback", resolve(fallback)];
  return {
    argv: [process.execPath, ...nodeOptions, entry, ...options, "{connection_file}"],
    display_name: "TypeScript (Sightlab)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/** The kernelspec folder below a prefix or the user's data folder. */
export function kernelspecFolder(place: KernelspecPlace): string {
  const data = "prefix" in place ? join(resolve(place.prefix), "share", "jupyter") : userDataFolder();
  return join(data, "kernels", kernelName);
}

/** Writes the kernelspec, whole or not at all, over an earlier one; returns its folder. */
export async function installKernelspec(
  place: KernelspecPlace,
  options: { readonly fallback?: string | undefined } = {},
): Promise<string> {
  const folder = kernelspecFolder(place);
  const fresh = `${folder}.${String(process.pid)}.new`;
  await mkdir(fresh, { recursive: true });
  try {
    await writeFile(join(fresh, "kernel.json"), `${JSON.stringify(kernelspec(options), null, 2)}\n`);
    await writeFile(join(fresh, "logo-svg.svg"), logo);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** Removes the kernelspec; true where there was one. */
export async function uninstallKernelspec(place: KernelspecPlace): Promise<boolean> {
  const folder = kernelspecFolder(place);
  const isThere = (await readKernelspec(folder)) !== undefined;
  await rm(folder, { recursive: true, force: true });
  return isThere;
}

/** Says whether the installed kernelspec would start this copy of the kernel. */
export async function checkKernelspec(place: KernelspecPlace): Promise<KernelspecState> {
  const folder = kernelspecFolder(place);
  const text = await readKernelspec(folder);
  if (text === undefined) return { folder, problems: [`There is no kernelspec in "${folder}"`] };
  const argv = argvOf(text);
  const problems: string[] = [];
  if (argv === undefined) problems.push(`"${join(folder, "kernel.json")}" is not a kernelspec`);
  else {
    if (argv[0] !== process.execPath) problems.push(`It starts another Node: "${argv[0] ?? ""}"`);
    const [started] = argv.slice(1).filter((part) => !nodeOptions.includes(part));
    if (started !== entry) problems.push(`It starts another copy of the kernel: "${started ?? ""}"`);
  }
  return { folder, problems };
}

async function readKernelspec(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, "kernel.json"), "utf8");
  } catch {
    return undefined;
  }
}

function argvOf(text: string): readonly string[] | undefined {
  try {
    const spec: unknown = JSON.parse(text);
    if (typeof spec !== "object" || spec === null || !("argv" in spec) || !Array.isArray(spec.argv)) return undefined;
    return spec.argv.every((part): part is string => typeof part === "string") ? spec.argv : undefined;
  } catch {
    return undefined;
  }
}

/** The user's Jupyter data folder: https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files */
export function userDataFolder(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter");
}

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="12" fill="#1f4e79"/>
  <path d="M8 32q24-26 48 0q-24 26-48 0z" fill="none" stroke="#fff" stroke-width="4"/>
  <circle cx="32" cy="32" r="8" fill="#fff"/>
</svg>
`;
