/** The plain mean over the tasks of a group, such as the one number that the paper gives for ETHICS. */

import { meanOfEstimates } from "../metric/estimate.ts";
import { type SummaryRow } from "../result/rows.ts";
import { benchmarkGroups } from "./benchmarks.ts";

/**
 * Rows for every group all of whose tasks were asked, one a model and baseline.
 *
 * The paper does not say how it joins the five ETHICS tasks; the plain mean fits its numbers.
 */
export function groupMeanRows(rows: readonly SummaryRow[]): readonly SummaryRow[] {
  const models = [...new Set(rows.map((row) => row.model))];
  return benchmarkGroups.flatMap((group) =>
    models.flatMap((model) => {
      const parts = group.members.flatMap((member) => {
        const found = rows.find(
          (row) =>
            row.model === model &&
            row.benchmark === member.name &&
            row.version === member.version &&
            row.metric === group.metric,
        );
        return found === undefined ? [] : [found];
      });
      const [first] = parts;
      return first === undefined || parts.length < group.members.length ? [] : [meanRow(group, first, parts)];
    }),
  );
}

function meanRow(group: (typeof benchmarkGroups)[number], first: SummaryRow, parts: readonly SummaryRow[]): SummaryRow {
  const provenances = new Set(parts.map((part) => part.provenance));
  return {
    ...first,
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
