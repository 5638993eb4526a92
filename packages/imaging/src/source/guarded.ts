import { damaged, ImageFileError } from '../errors.js';

/** Does work on the contents of a file. Whatever goes wrong in a reader is the file's damage, and said so. */
export async function guarded<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageFileError) throw error;
    throw damaged(file, error instanceof Error ? error.message : String(error), error);
  }
}
