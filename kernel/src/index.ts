/** The public API of the kernel package. */

/** Name of the kernelspec folder. */
export const kernelName = "sightlab";
