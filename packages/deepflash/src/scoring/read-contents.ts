/** Reads predictions and masks as classes and objects. */
import { join } from 'node:path';
import {
  classValues,
  connectedComponents,
  decodeMask,
  type Image,
  ImageFileError,
  MaskValueError,
  maskValues,
  reduceGreyRgb,
  type Selection,
  SelectionError,
} from '@deepflash/imaging';
import { readMaskFile } from '../data/mask-file.js';
import { DataError } from '../errors.js';
import type { ScoreOptions } from './score-folders.js';
import type { Content } from './score-image.js';

export type Reader = (path: string, role: 'prediction' | 'mask') => Promise<Content>;

/**
 * Masks of the two folders may use other values for the same classes, such as 0/255 and 0/1.
 *
 * @throws DataError with every fault of the files.
 */
export async function classReader(
  { predictions, masks, classes, selection }: ScoreOptions,
  pairs: readonly { readonly image: string; readonly mask: string }[],
): Promise<Reader> {
  const found = { prediction: [] as number[][], mask: [] as number[][] };
  const problems: string[] = [];
  for (const pair of pairs) {
    for (const [role, path] of [
      ['prediction', join(predictions, pair.image)],
      ['mask', join(masks, pair.mask)],
    ] as const) {
      try {
        found[role].push(maskValues(await readMaskFile(path, chosen(role, selection)), path));
      } catch (error) {
        problems.push(problemOf(error));
      }
    }
  }
  if (problems.length > 0) throw new DataError(problems);
  const mask = valuesOf(masks, found.mask, classes ?? undefined);
  const values = { mask, prediction: valuesOf(predictions, found.prediction, mask.length) };
  return async (path, role) => {
    const decoded = decodeMask(await readMaskFile(path, chosen(role, selection)), values[role], path);
    return { mask: decoded, objects: connectedComponents(decoded, 8) };
  };
}

function valuesOf(folder: string, found: readonly (readonly number[])[], classes?: number): number[] {
  try {
    return classValues(found, classes);
  } catch (error) {
    throw new DataError([`In ${folder}, ${problemOf(error)}`]);
  }
}

/** What is chosen concerns the true masks: predictions are single planes. */
function chosen(role: 'prediction' | 'mask', selection: Selection | undefined): Selection | undefined {
  return role === 'mask' ? selection : undefined;
}

/** Reads images whose values number objects. */
export function instanceReader({ selection }: Pick<ScoreOptions, 'selection'>): Reader {
  return async (path, role) => instancesOf(await readMaskFile(path, chosen(role, selection)), path);
}

function instancesOf(stored: Image, path: string): Content {
  const image = reduceGreyRgb(stored);
  const { width, height, channels, data } = image;
  if (channels !== 1 || data.some((value) => !Number.isInteger(value))) {
    throw new ImageFileError({
      file: path,
      problem: 'does not number objects (it has colours or fractions)',
      remedy: 'save a grey image in which each object has a whole number',
    });
  }
  const mask = { width, height, classes: 2, data: Uint8Array.from(data, (value) => (value === 0 ? 0 : 1)) };
  return { mask, objects: { width, height, data: Uint32Array.from(data) } };
}

/** What is wrong with a file; other errors are thrown on. */
export function problemOf(error: unknown): string {
  if (error instanceof ImageFileError || error instanceof MaskValueError || error instanceof SelectionError) {
    return error.message;
  }
  throw error;
}
