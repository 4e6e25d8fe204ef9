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
export { widgets } from "./widgets/widgets.ts";
