/** The public API of sightlab, and the map of the library: one line per group. */

export { CancelledError, DataFormatError, DeviceError, ModelFormatError } from "./base/errors.ts";
export { currentTask, runInTask, type ProgressEvent, type ProgressSink, type Task } from "./base/task.ts";
export { openProgress, type Progress } from "./base/progress.ts";
export { seededRandom, type Random } from "./base/random.ts";
export type { LanguageModel, Loglikelihood, LoglikelihoodRequest, ModelIdentity } from "./base/language-model.ts";
export { createSession, type RunOptions, type Session, type SessionOptions } from "./runtime/session.ts";
export type { Feeds, ValueInfo } from "./runtime/value-info.ts";
export { DeviceTensor, toDevice } from "./runtime/device-tensor.ts";
export { pythonRandom, type PythonRandom } from "./base/python-random.ts";
export { datasetFile, locateDataset, type DatasetFile, type DatasetLocation, type Provenance } from "./data/dataset.ts";
export type { Benchmark, BenchmarkItem, ChoiceBenchmark, GenerationBenchmark, ItemScore } from "./eval/benchmark.ts";
export { allBenchmarks, benchmarks, findBenchmarks } from "./eval/benchmarks.ts";
export { evaluate, type EvaluateOptions } from "./eval/evaluate.ts";
export { estimateTime, type TimeEstimate } from "./eval/estimate-time.ts";
export { requestHash } from "./eval/request-hash.ts";
export type { RunProvenance, SampleRow, SummaryRow } from "./result/rows.ts";
export { resultRow, resultValue, sampleRows, summaryRows, type ResultKey, type ResultTable } from "./result/table.ts";
export { loadResults, saveResults } from "./result/file.ts";
export { report } from "./report/report.ts";
export { benchmarkMimeType, type BenchmarkTable } from "./report/benchmark-table.ts";
export { open, type OpenedModel, type OpenOptions } from "./model/open.ts";
export { writeRandomCheckpoint, type RandomCheckpointOptions } from "./model/random-checkpoint.ts";
export { readTokenizer, type Tokenizer } from "./data/tokenizer.ts";
export { writeQuickstartCheckpoints } from "./model/quickstart-checkpoints.ts";
