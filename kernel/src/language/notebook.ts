/** The language service of one notebook. */

import type ts from "typescript";

import type { LanguageData } from "./answers.ts";
import { documents } from "./documents.ts";
import { type NotebookHost, notebookHost } from "./host.ts";
import { type Jsx, jsxOf } from "./jsx.ts";
import { notebookScope, type NotebookScope } from "./scope.ts";
import { typescript } from "./typescript.ts";
import { optionsOf } from "./user-options.ts";

/** What checking, completing and inspecting work on. */
export interface Notebook {
  readonly service: ts.LanguageService;
  readonly host: NotebookHost;
  readonly scope: NotebookScope;
  /** What JSX means in its cells, where they may have any. */
  readonly jsx: Jsx | undefined;
}

/** Opens the notebook of a folder. */
export function openNotebook(data: LanguageData): Notebook {
  const scope = notebookScope();
  const options = optionsOf(data.folder);
  const host = notebookHost(options, { ...data, scope });
  return { service: typescript.createLanguageService(host, documents()), host, scope, jsx: jsxOf(options) };
}
