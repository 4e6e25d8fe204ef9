/** The language service of one notebook. */

import ts from "typescript";

import type { LanguageData } from "./answers.ts";
import { type NotebookHost, notebookHost } from "./host.ts";
import { cellOptions } from "./options.ts";
import { notebookScope, type NotebookScope } from "./scope.ts";

/** What checking, completing and inspecting work on. */
export interface Notebook {
  readonly service: ts.LanguageService;
  readonly host: NotebookHost;
  readonly scope: NotebookScope;
}

/** Cell number under which code is looked at without being run. */
export const draftCell = 0;

/** Opens the notebook of a folder. */
export function openNotebook(data: LanguageData): Notebook {
  const scope = notebookScope();
  const host = notebookHost(cellOptions, { ...data, scope });
  return { service: ts.createLanguageService(host), host, scope };
}
