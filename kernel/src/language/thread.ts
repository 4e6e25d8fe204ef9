/** The language thread: TypeScript, away from the thread that answers and from the thread that runs cells. */

import { type MessagePort, parentPort, workerData } from "node:worker_threads";

import { answerCalls } from "../threads/calls.ts";
import type { LanguageData, LanguageMethods } from "./answers.ts";
import { compileCell, compileFile } from "./compile.ts";
import { complete } from "./complete.ts";
import { garbageCollector } from "./garbage.ts";
import { inspect } from "./inspect.ts";
import { isComplete } from "./is-complete.ts";
import { openNotebook } from "./notebook.ts";
import { keepTypeScript } from "./typescript.ts";

const notebook = openNotebook(workerData as LanguageData); // by language/start.ts

const methods: LanguageMethods = {
  compile: (source) => compileCell(source, notebook),
  compileFile: (path) => compileFile(path, notebook),
  commit: ({ cell, names, declarations }) => notebook.scope.commit(cell, names, declarations),
  complete: (place) => complete(place, notebook),
  inspect: (place) => inspect(place, notebook),
  isComplete: (code) => isComplete(code, notebook.jsx),
};

// The first check loads the standard library's types, which takes as long as hundreds of later ones.
compileCell({ cell: 0, code: "1" }, notebook);

const collect = garbageCollector();
parentPort?.on("message", (port: MessagePort) => {
  answerCalls(port, methods);
  port.on("message", () => setImmediate(collect));
});
setImmediate(keepTypeScript);
