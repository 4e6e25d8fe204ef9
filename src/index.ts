/** The public API of sightlab, and the map of the library: one line per group. */

export { CancelledError, DataFormatError, DeviceError, ModelFormatError } from "./base/errors.ts";
export { currentTask, runInTask, type ProgressEvent, type ProgressSink, type Task } from "./base/task.ts";
export { openProgress, type Progress } from "./base/progress.ts";
export { seededRandom, type Random } from "./base/random.ts";
export type { LanguageModel, Loglikelihood, LoglikelihoodRequest, ModelIdentity } from "./base/language-model.ts";
export { createSession, type RunOptions, type Session, type SessionOptions } from "./runtime/session.ts";
export type { Feeds, ValueInfo } from "./runtime/value-info.ts";
export { DeviceTensor, toDevice } from "./runtime/device-tensor.ts";
