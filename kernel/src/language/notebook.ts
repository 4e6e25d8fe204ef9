/** The language service of one notebook. */

import type ts from "typescript";

import type { LanguageData } from "./answers.ts";
import { documents } from "./documents.ts";
import { type NotebookHost, notebookHost } from "./host.ts";
import { notebookScope, type NotebookScope } from "./scope.ts";
import { typescript } from "./typescript.ts";
import { optionsOf } from "./user-options.ts";

/** What checking, completing and inspecting work on. */
export interface Notebook {
  readonly service: ts.LanguageService;
  readonly host: NotebookHost;
  readonly scope: NotebookScope;
}

/** Opens the notebook of a folder. */
export function openNotebook(data: LanguageData): Notebook {
  const scope = notebookScope();
  const host = notebookHost(optionsOf(data.folder), { ...data, scope });
  return { service: typescript.createLanguageService(host, documents()), host, scope };
}
