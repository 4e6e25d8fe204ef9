/** Longest common subsequence of two word lists, the heart of ROUGE-L. */

/** Length of the longest common subsequence; time |a| |b|, memory |b|. */
export function lcsLength(a: readonly string[], b: readonly string[]): number {
  let above = new Int32Array(b.length + 1);
  let row = new Int32Array(b.length + 1);
  for (const word of a) {
    for (let j = 1; j <= b.length; j++) {
      row[j] = word === b[j - 1] ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0);
    }
    [above, row] = [row, above];
  }
  return above[b.length] ?? 0;
}

/**
 * Indices into `a` of one longest common subsequence, ascending. Where several are as long, the one that rouge_score
 * reads out: from the end, it leaves a word of `b` only where that keeps a strictly longer rest.
 */
export function lcsIndices(a: readonly string[], b: readonly string[]): number[] {
  const table = lcsTable(a, b);
  const indices: number[] = [];
  let i = a.length;
  let j = b.length;
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      indices.push(i - 1);
      i -= 1;
      j -= 1;
    } else if ((table[i]?.[j - 1] ?? 0) > (table[i - 1]?.[j] ?? 0)) {
      j -= 1;
    } else {
      i -= 1;
    }
  }
  return indices.reverse();
}

function lcsTable(a: readonly string[], b: readonly string[]): Int32Array[] {
  const table = [new Int32Array(b.length + 1)];
  for (const word of a) {
    const above = table.at(-1);
    const row = new Int32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) {
      row[j] = word === b[j - 1] ? (above?.[j - 1] ?? 0) + 1 : Math.max(above?.[j] ?? 0, row[j - 1] ?? 0);
    }
    table.push(row);
  }
  return table;
}
