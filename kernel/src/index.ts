/** The public API of the kernel package. */

export {
  checkKernelspec,
  installKernelspec,
  kernelName,
  kernelspec,
  kernelspecFolder,
  uninstallKernelspec,
  type Kernelspec,
  type KernelspecPlace,
  type KernelspecState,
} from "./kernelspec.ts";
export { progress } from "./cells/progress.ts";
export type { ProgressBar, ProgressFunction, ProgressOptions } from "./cells/globals.ts";
export { widgets } from "./widgets/widgets.ts";
