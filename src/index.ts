/** The public API of sightlab, and the map of the library: one line per group. */

export { CancelledError, DataFormatError, DeviceError, ModelFormatError } from "./base/errors.ts";
export { currentTask, runInTask, type ProgressEvent, type ProgressSink, type Task } from "./base/task.ts";
export { openProgress, type Progress } from "./base/progress.ts";
export { seededRandom, type Random } from "./base/random.ts";
export type {
  ChatMessage,
  Generation,
  GenerationRequest,
  LanguageModel,
  Loglikelihood,
  LoglikelihoodRequest,
  ModelIdentity,
  Sampling,
} from "./base/language-model.ts";
export { createSession, type RunOptions, type Session, type SessionOptions } from "./runtime/session.ts";
export type { Feeds, ValueInfo } from "./runtime/value-info.ts";
export { DeviceTensor, toDevice } from "./runtime/device-tensor.ts";
export { createStatefulSession, type State, type StatefulSession } from "./runtime/state.ts";
export { memoryFigures, predictWeightMemory, type MemoryFigures, type WeightMemory } from "./runtime/memory.ts";
export { pythonRandom, type PythonRandom } from "./base/python-random.ts";
export { datasetFile, locateDataset, type DatasetFile, type DatasetLocation, type Provenance } from "./data/dataset.ts";
export { pullDataset, type PulledFile, type PullOptions } from "./data/pull.ts";
export { addDataset, type AddOptions } from "./data/add-dataset.ts";
export { listDatasets, type DatasetStatus } from "./data/list-datasets.ts";
export { datasetNames, readManifest, type Manifest, type ManifestFile } from "./data/manifest.ts";
export type { Benchmark, BenchmarkItem, ChoiceBenchmark, GenerationBenchmark, ItemScore } from "./eval/benchmark.ts";
export type { BenchmarkMetric, ChoiceItem, CorpusSample, GenerationItem, ItemImage } from "./eval/benchmark.ts";
export { resampledEstimate } from "./eval/corpus.ts";
export { allBenchmarks, benchmarks, findBenchmarks } from "./eval/benchmarks.ts";
export { evaluate, type EvaluateOptions } from "./eval/evaluate.ts";
export { estimateTime, type TimeEstimate } from "./eval/estimate-time.ts";
export { remoteModel, type RemoteModel, type RemoteOptions } from "./eval/remote-model.ts";
export { askedByChat } from "./eval/asked-by-chat.ts";
export { compare, type CompareOptions } from "./eval/compare.ts";
export { ownBenchmark, type OwnBenchmark, type OwnQuestion } from "./eval/own-benchmark.ts";
export { languageCheck, type LanguageCheckOptions, type LanguageOption } from "./eval/language-check.ts";
export type { Comparison, ComparisonRow, LanguageScore } from "./result/comparison.ts";
export { requestHash } from "./eval/request-hash.ts";
export type { MetricUnit, RunProvenance, SampleRow, SummaryRow } from "./result/rows.ts";
export { resultRow, resultValue, sampleRows, summaryRows, type ResultKey, type ResultTable } from "./result/table.ts";
export { loadResults, saveResults } from "./result/file.ts";
export { report } from "./report/report.ts";
export { benchmarkMimeType, type BenchmarkTable } from "./report/benchmark-table.ts";
export { open, type OpenedModel, type OpenOptions } from "./model/open.ts";
export type { AttentionMap } from "./model/attention-map.ts";
export type { AdapterChoice } from "./model/adapter.ts";
export { loraDefaults, type LoraSettings } from "./model/lora.ts";
export { mergeAdapter, type MergeOptions, unmergeAdapter } from "./model/merge-adapter.ts";
export { writeRandomCheckpoint, type RandomCheckpointOptions } from "./model/random-checkpoint.ts";
export { readTokenizer, type Tokenizer } from "./data/tokenizer.ts";
export { writeQuickstartCheckpoints } from "./model/quickstart-checkpoints.ts";
export { captionScores, type CaptionScores } from "./metric/caption-scores.ts";
export { ciderD } from "./metric/cider.ts";
export { bleuCoco } from "./metric/bleu-coco.ts";
export { rougeLCoco } from "./metric/rouge-coco.ts";
export { ptbTokens, tokenizeCaptions } from "./metric/ptb-tokenizer.ts";
export { sacrebleuPercent } from "./metric/bleu-sacrebleu.ts";
export { rouge, type RougeScore } from "./metric/rouge.ts";
export { squadResult, squadScores } from "./metric/squad.ts";
export { tokenF1 } from "./metric/token-f1.ts";
export { vqaAccuracy, vqaAnswerOf } from "./metric/vqa-accuracy.ts";
export { textvqaAccuracy } from "./metric/textvqa-accuracy.ts";
export { anls } from "./metric/anls.ts";
export { mmeAnswerOf, mmeTaskScore } from "./metric/mme.ts";
export { popeAnswerOf } from "./metric/pope.ts";
export { oodcvVqaCorrect, sketchyVqaAnswerOf } from "./metric/unicorn.ts";
export { binaryMeasures, type BinaryMeasures } from "./metric/binary-measures.ts";
export { chair, mentionedObjects, readChairSynonyms } from "./metric/chair.ts";
export { meanEstimate, type Estimate } from "./metric/estimate.ts";
export { bootstrapInterval, type BootstrapResult } from "./metric/bootstrap.ts";
export { wilsonInterval } from "./metric/wilson-interval.ts";
export { pairedDifference, type PairedDifference } from "./metric/paired-difference.ts";
export { clusteredEstimate } from "./metric/clustered-error.ts";
export { mcnemar, type McnemarResult } from "./metric/mcnemar.ts";
export { holmAdjusted } from "./metric/holm.ts";
export { detectableDifference } from "./metric/detectable-difference.ts";
export { openTrainer, type StepResult, type Trainer, type TrainerOptions } from "./train/trainer.ts";
export type { Example } from "./train/examples.ts";
export type { AdamWOptions } from "./train/adamw.ts";
export type { MicroBatching } from "./train/micro-batches.ts";
export type { NewAdapter } from "./train/trained-adapter.ts";
export { saveCheckpoint, type SavedCheckpoint } from "./model/save-checkpoint.ts";
export type { LazyTensor } from "./data/lazy-tensor.ts";
export { decodeImage, readImage } from "./data/image/decode.ts";
export { corrupt, type Corruption, type Severity } from "./data/corruptions/corruption.ts";
export { numpyRandom, type NumpyRandom } from "./base/numpy-random.ts";
export type { RgbImage } from "./data/image/pixels.ts";
export { openVisionTower, type VisionModel, type VisionModelOptions } from "./model/vision-model.ts";
export { clipProcessor, type ImageProcessor, preprocess, siglipProcessor } from "./data/image/preprocess.ts";
