import assert from "node:assert/strict";

import { notebookScope } from "../../../kernel/src/language/scope.ts";

const declarations = (text: string) => ({ extension: ".d.mts", text, variables: [] }) as const;

describe("kernel/language notebookScope()", () => {
  it("drops a cell when the last of its names is declared anew", () => {
    const scope = notebookScope();
    assert.deepEqual(scope.commit(1, ["a", "b"], declarations("")), []);
    assert.deepEqual(scope.commit(2, ["a"], declarations("")), []);
    assert.deepEqual([scope.cellOf("a"), scope.cellOf("b")], [2, 1]);
    assert.deepEqual(scope.commit(3, ["b"], declarations("")), [1]);
    assert.equal(scope.declarationsOf(1), undefined);
  });

  it("keeps a cell that the declarations of another mention, until that one goes", () => {
    const scope = notebookScope();
    scope.commit(1, ["Shape"], declarations("export interface Shape {}"));
    scope.commit(2, ["round"], declarations(`export declare const round: import("./__cell_1.mjs").Shape`));
    assert.deepEqual(scope.commit(3, ["Shape"], declarations("")), []);
    assert.ok(scope.declarationsOf(1));
    assert.deepEqual(scope.commit(4, ["round"], declarations("")), [2, 1]);
  });

  it("has nothing to keep of a cell without names", () => {
    assert.deepEqual(notebookScope().commit(1, [], declarations("")), [1]);
  });
});
