/** C signatures of the ONNX Runtime functions that are used, in the letters koffi knows; `api-table.ts` holds their places. */

/** How one argument or result crosses into C. */
export type Crossing = "pointer" | "int" | "size" | "text" | "none";

/** Result, then arguments. A `pointer` result of most functions is an `OrtStatus*`: null means it worked. */
export type Signature = readonly [result: Crossing, ...parameters: Crossing[]];

/** Every function of `OrtApi` that the library calls; names, order and meaning are those of onnxruntime_c_api.h. */
export const signatures = {
  GetErrorCode: ["int", "pointer"],
  GetErrorMessage: ["text", "pointer"],
  CreateEnv: ["pointer", "int", "text", "pointer"],
  DisableTelemetryEvents: ["pointer", "pointer"],
  CreateSessionFromArray: ["pointer", "pointer", "pointer", "size", "pointer", "pointer"],
  Run: ["pointer", "pointer", "pointer", "pointer", "pointer", "size", "pointer", "size", "pointer"],
  CreateSessionOptions: ["pointer", "pointer"],
  DisableMemPattern: ["pointer", "pointer"],
  SetSessionLogSeverityLevel: ["pointer", "pointer", "int"],
  SetSessionGraphOptimizationLevel: ["pointer", "pointer", "int"],
  SetIntraOpNumThreads: ["pointer", "pointer", "int"],
  SessionGetInputCount: ["pointer", "pointer", "pointer"],
  SessionGetOutputCount: ["pointer", "pointer", "pointer"],
  SessionGetInputTypeInfo: ["pointer", "pointer", "size", "pointer"],
  SessionGetOutputTypeInfo: ["pointer", "pointer", "size", "pointer"],
  SessionGetInputName: ["pointer", "pointer", "size", "pointer", "pointer"],
  SessionGetOutputName: ["pointer", "pointer", "size", "pointer", "pointer"],
  CreateRunOptions: ["pointer", "pointer"],
  RunOptionsSetRunLogSeverityLevel: ["pointer", "pointer", "int"],
  RunOptionsSetTerminate: ["pointer", "pointer"],
  CreateTensorWithDataAsOrtValue: ["pointer", "pointer", "pointer", "size", "pointer", "size", "int", "pointer"],
  GetTensorMutableData: ["pointer", "pointer", "pointer"],
  CastTypeInfoToTensorInfo: ["pointer", "pointer", "pointer"],
  GetTensorElementType: ["pointer", "pointer", "pointer"],
  GetDimensionsCount: ["pointer", "pointer", "pointer"],
  GetDimensions: ["pointer", "pointer", "pointer", "size"],
  GetSymbolicDimensions: ["pointer", "pointer", "pointer", "size"],
  GetTensorTypeAndShape: ["pointer", "pointer", "pointer"],
  CreateCpuMemoryInfo: ["pointer", "int", "int", "pointer"],
  AllocatorFree: ["pointer", "pointer", "pointer"],
  GetAllocatorWithDefaultOptions: ["pointer", "pointer"],
  ReleaseStatus: ["none", "pointer"],
  ReleaseSession: ["none", "pointer"],
  ReleaseValue: ["none", "pointer"],
  ReleaseRunOptions: ["none", "pointer"],
  ReleaseTypeInfo: ["none", "pointer"],
  ReleaseTensorTypeAndShapeInfo: ["none", "pointer"],
  ReleaseSessionOptions: ["none", "pointer"],
  AddSessionConfigEntry: ["pointer", "pointer", "text", "text"],
  CreateCUDAProviderOptions: ["pointer", "pointer"],
  UpdateCUDAProviderOptions: ["pointer", "pointer", "pointer", "pointer", "size"],
  ReleaseCUDAProviderOptions: ["none", "pointer"],
  SessionOptionsAppendExecutionProvider_CUDA_V2: ["pointer", "pointer", "pointer"],
  SessionOptionsSetLoadCancellationFlag: ["pointer", "pointer", "int"],
} as const;

/** Name of a function of `OrtApi` that is used. */
export type FunctionName = keyof typeof signatures;
