// Typed rules, and the one way data flows: each room imports only from rooms to its left (see the table below).

import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** What each room of src/ may import, besides itself. Order: left to right. */
const rooms = {
  base: [],
  graph: ["base"],
  runtime: ["base", "graph"],
  data: ["base"],
  model: ["base", "data", "graph", "runtime"],
  train: ["base", "data", "graph", "runtime", "model", "result"],
  metric: ["base"],
  result: ["base"],
  eval: ["base", "data", "model", "metric", "result"],
  report: ["base", "result"],
  cli: ["base", "data", "graph", "runtime", "model", "train", "metric", "result", "eval", "report"],
};

const zones = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./src/${room}`,
  from: "./src",
  except: [room, ...allowed].map((name) => `./${name}`),
  message: `src/${room} may import only from: ${allowed.join(", ") || "nothing else"}.`,
}));

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "extension/lib/",
      "extension/labextension/",
      ".venv/",
      ".sightlab/",
      "test/golden/",
      "notebooks/",
      "node_modules/",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: {
      parserOptions: {
        project: ["src/tsconfig.json", "kernel/tsconfig.json", "extension/tsconfig.json", "test/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: {
      "import-x/resolver-next": [
        createTypeScriptImportResolver({
          project: ["src/tsconfig.json", "kernel/tsconfig.json", "test/tsconfig.json"],
        }),
      ],
    },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": [
        "error",
        {
          zones: [
            ...zones,
            { target: "./kernel", from: "./src", message: "The kernel and the library meet only in the ambient task." },
            { target: "./src", from: "./kernel", message: "The library does not know the kernel." },
          ],
        },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-indexed-object-style": "off",
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      eqeqeq: "error",
      curly: ["error", "multi-line"],
      "no-console": "error",
    },
  },
  {
    files: ["src/cli/**/*.ts", "test/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // node:assert narrows; chai-like chains are not used.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
);
