/** Progress of one long piece of work, reported to the ambient task. */

import { currentTask, type ProgressEvent, type ProgressSink } from "./task.ts";

/** A bar that moves; `close` ends it and is safe to call twice. */
export interface Progress {
  readonly advance: (by?: number) => void;
  readonly close: (state?: "done" | "stopped" | "failed") => void;
}

let opened = 0;

/** Opens a bar of `total` steps (null: unknown) on `sink`, by default the ambient task's. */
export function openProgress(
  label: string,
  options: { readonly total: number | null; readonly unit?: string; readonly sink?: ProgressSink },
): Progress {
  const { total, unit = "items", sink = currentTask().progress } = options;
  opened += 1;
  const id = `progress-${String(opened)}`;
  let completed = 0;
  let state: ProgressEvent["state"] = "running";
  const report = (): void => {
    sink({ id, label, completed, total, unit, state });
  };
  report();
  return {
    advance(by = 1) {
      completed += by;
      report();
    },
    close(end = "done") {
      if (state !== "running") return;
      state = end;
      report();
    },
  };
}
