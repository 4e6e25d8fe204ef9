/** The plain mean over the tasks of a group, such as the one number that the paper gives for ETHICS. */

import { meanOfEstimates } from "../metric/estimate.ts";
import { type SummaryRow } from "../result/rows.ts";
import { type Benchmark } from "./benchmark.ts";
import { benchmarkGroups } from "./benchmarks.ts";

interface Group {
  readonly name: string;
  readonly label: string;
  readonly metric: string;
  readonly members: readonly Pick<Benchmark, "name" | "version">[];
}

/** The groups that have a mean. */
const groups: readonly Group[] = benchmarkGroups.flatMap(({ metric, ...group }) =>
  metric === null ? [] : [{ ...group, metric }],
);

/**
 * The rows, with the mean of every group before the first of its tasks, for each model and baseline that has all tasks.
 *
 * The paper does not say how it joins the five ETHICS tasks; the plain mean fits its numbers.
 */
export function withGroupMeans(rows: readonly SummaryRow[]): readonly SummaryRow[] {
  return rows.flatMap((row) => {
    const means = groups.flatMap((group) => {
      const parts = partsOf(
        group,
        rows.filter((other) => other.model === row.model),
      );
      const [first] = parts;
      const isDue = parts.length === group.members.length && rows.find((other) => parts.includes(other)) === row;
      return isDue && first !== undefined ? [meanRow(group, first, parts)] : [];
    });
    return [...means, row];
  });
}

/** The rows of one model that make up a group's mean, in the order of its members. */
function partsOf(group: Group, rows: readonly SummaryRow[]): readonly SummaryRow[] {
  return group.members.flatMap(({ name, version }) =>
    rows.filter((row) => row.benchmark === name && row.version === version && row.metric === group.metric).slice(0, 1),
  );
}

function meanRow(group: Group, first: SummaryRow, parts: readonly SummaryRow[]): SummaryRow {
  const provenances = new Set(parts.map((part) => part.provenance));
  return {
    ...first,
    isMean: true,
    benchmark: group.name,
    benchmarkLabel: group.label,
    metric: group.metric,
    ...meanOfEstimates(parts),
    truncated: parts.reduce((sum, part) => sum + part.truncated, 0),
    seconds: parts.reduce((sum, part) => sum + part.seconds, 0),
    provenance: provenances.size === 1 ? first.provenance : "other",
    dataSha256: parts.map((part) => part.dataSha256).join(" "),
    source: `plain mean of ${parts.map((part) => part.benchmark).join(", ")}`,
  };
}
