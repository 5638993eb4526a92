/** What each error of this package tells: which file, what is wrong with it, what to do about it. */
export interface Failure {
  /** The file or folder as the caller named it. */
  readonly file: string;
  /** What is wrong, as the rest of a sentence that starts with the file: `is truncated (…)`. */
  readonly problem: string;
  /** What to do, as an instruction: `copy it again from its source`. */
  readonly remedy: string;
}

abstract class FileProblem extends Error implements Failure {
  readonly file: string;
  readonly problem: string;
  readonly remedy: string;
  abstract readonly kind: string;

  constructor({ file, problem, remedy }: Failure, cause?: unknown) {
    super(`${file} ${problem}; ${remedy}.`, cause === undefined ? undefined : { cause });
    this.file = file;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** An image file that is missing, damaged or of a sort that is not read. */
export class ImageFileError extends FileProblem {
  readonly kind = 'image-file';
  override readonly name = 'ImageFileError';
}

/** A mask, or a set of masks, whose pixel values cannot be read as classes. */
export class MaskValueError extends FileProblem {
  readonly kind = 'mask-value';
  override readonly name = 'MaskValueError';
  /** The values that were found, sorted. */
  readonly values: readonly number[];

  constructor(failure: Failure & { readonly values: readonly number[] }) {
    super(failure);
    this.values = failure.values;
  }
}

/** A channel, slice or point in time that a picture does not have. */
export class SelectionError extends FileProblem {
  readonly kind = 'selection';
  override readonly name = 'SelectionError';
}

/** A file that could not be written. */
export class FileWriteError extends FileProblem {
  readonly kind = 'file-write';
  override readonly name = 'FileWriteError';
}

/** A folder that is missing, is no folder, cannot be read, or holds no images. */
export class FolderError extends FileProblem {
  readonly kind = 'folder';
  override readonly name = 'FolderError';
}

/** The file ends before its contents do. */
export function truncated(file: string, detail: string, cause?: unknown): ImageFileError {
  const problem = `is truncated (${detail})`;
  return new ImageFileError({ file, problem, remedy: 'copy it again from its source' }, cause);
}

/** The file contradicts itself or its format. */
export function damaged(file: string, detail: string, cause?: unknown): ImageFileError {
  const problem = `is damaged (${detail})`;
  return new ImageFileError(
    { file, problem, remedy: 'copy it again from its source or save it anew' },
    cause,
  );
}

/** The file is sound, but of a sort that is not read. */
export function unsupported(file: string, what: string): ImageFileError {
  const remedy = 'save it as an 8-bit, 16-bit or 32-bit float grey or RGB TIFF, for example with Fiji';
  return new ImageFileError({ file, problem: `uses ${what}, which is not read here`, remedy });
}
