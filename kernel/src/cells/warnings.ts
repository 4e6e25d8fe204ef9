/** Warnings that Node prints about the kernel's own ways, not about the user's code. */

/** Drops Node's warning that the way cells import packages is experimental. */
export function dropOwnWarnings(): void {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name === "ExperimentalWarning" && warning.message.includes("USE_MAIN_CONTEXT_DEFAULT_LOADER")) return;
    for (const listener of listeners) listener(warning);
  });
}
