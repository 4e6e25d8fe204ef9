/** Files that may be absent. */

/** The value of a promise that reads or copies a file; null where the file is not there. Every other error is thrown. */
export async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
