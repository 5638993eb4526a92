import { ImageFileError, MaskValueError, SelectionError } from '@deepflash/imaging';
import { ModelFileError } from '@deepflash/segmentation';

/** Files that do not belong together; the message is for people. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

/** Errors that are in words already, which hold the name of a file, whatever that is. */
const TOLD = [ImageFileError, MaskValueError, SelectionError, PageError];

/** Tells an error in words for people. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (TOLD.some((kind) => error instanceof kind)) return message;
  // ONNX Runtime in WebAssembly throws plain numbers where memory is at an end.
  if (typeof error === 'number' || /alloc|out of memory|memory access|Aborted\(/i.test(message)) {
    return (
      'There is not enough memory in this page: take a smaller image or smaller tiles, close other tabs, or use ' +
      'deepflash on the command line, which may use all memory of the computer.'
    );
  }
  return message;
}

/** Words for an image with other channels than a model was trained on. */
export function otherChannels(file: string, found: number, wanted: number): ImageFileError {
  return new ImageFileError({
    file,
    problem: `has ${found} ${found === 1 ? 'channel' : 'channels'}, but the model was trained on images with ${wanted}`,
    remedy: 'take an image of the same kind as those of the training',
  });
}

/** Words for a file that is no model. */
export function noModel(file: string, error: unknown): unknown {
  if (!(error instanceof ModelFileError)) return error;
  return new PageError(
    `${file} is no model of deepflash (${error.problem}): take the ensemble.onnx or a model.onnx of a run.`,
  );
}
