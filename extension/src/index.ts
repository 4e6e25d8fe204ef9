/** The JupyterLab extension of sightlab. */

/** The MIME type of a benchmark table; its data is a `BenchmarkTable` of `src/report/benchmark-table.ts`. */
export const benchmarkMimeType = "application/vnd.sightlab.benchmark+json";
