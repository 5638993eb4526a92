/** Reads predictions and masks as classes and objects. */
import { join } from 'node:path';
import {
  type ClassMask,
  classValues,
  connectedComponents,
  decodeMask,
  type Image,
  ImageFileError,
  MaskValueError,
  maskValues,
  reduceGreyRgb,
  SelectionError,
} from '@deepflash/imaging';
import { isIgnored } from '@deepflash/segmentation';
import { readMaskFile } from '../data/mask-file.js';
import { DataError } from '../errors.js';
import { type MaskContent, maskContent } from '../masks/content.js';
import { decideMeaning, type MaskMeaning, readMeaning, valuesOfClasses } from '../masks/meaning.js';
import { classObjects } from './class-objects.js';
import type { ScoreOptions } from './score-folders.js';
import type { Content } from './score-image.js';

interface Pair {
  readonly image: string;
  readonly mask: string;
}

/** Reads the prediction and the true mask of a pair. Throws a DataError, an ImageFileError or a MaskValueError. */
export type Reader = (pair: Pair) => Promise<{ readonly prediction: Content; readonly truth: Content }>;

/**
 * Masks of the two folders may use other values for the same classes, such as 0/255 and 0/1.
 *
 * @throws DataError with every fault of the files.
 */
export async function classReader(options: ScoreOptions, pairs: readonly Pair[]): Promise<Reader> {
  const { predictions, masks, classes, selection } = options;
  const settings = {
    kind: 'classes',
    table: options.colours ?? null,
    ignored: options.ignored ?? [],
  } as const;
  const ofMask = async (mask: string) => readMaskFile(join(masks, mask), selection);
  const ofPrediction = async (image: string) => readMaskFile(join(predictions, image));
  const found = { predictions: [] as number[][], masks: [] as MaskContent[] };
  const problems: string[] = [];
  const look = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      problems.push(problemOf(error));
    }
  };
  for (const { image, mask } of pairs) {
    await look(async () =>
      found.predictions.push(maskValues(await ofPrediction(image), join(predictions, image))),
    );
    await look(async () => found.masks.push(maskContent(await ofMask(mask), settings, join(masks, mask))));
  }
  if (problems.length > 0) throw new DataError(problems);
  const objects = mayNumberObjects(found.masks) ? OBJECTS : '';
  const meaning = told(masks, (): MaskMeaning => decideMeaning(found.masks, settings, classes), objects);
  const count = valuesOfClasses(meaning).length;
  const doubt = count > 2 && settings.ignored.length === 0 ? IGNORE : '';
  const values = told(predictions, () => classValues(found.predictions, count), objects + doubt);
  return async ({ image, mask }) => {
    const predicted = decodeMask(await ofPrediction(image), values, join(predictions, image));
    return withoutIgnored(predicted, readMeaning(await ofMask(mask), meaning, join(masks, mask)));
  };
}

/** What both are where the true mask does not leave pixels out; there, both are background. */
function withoutIgnored(prediction: ClassMask, truth: ClassMask): Awaited<ReturnType<Reader>> {
  const counts = (pixel: number): boolean => !isIgnored(truth.data[pixel] ?? 0, truth.classes);
  const counted = (mask: ClassMask): Content => {
    const left = { ...mask, data: mask.data.map((label, pixel) => (counts(pixel) ? label : 0)) };
    return { mask: left, objects: classObjects(left) };
  };
  return { prediction: counted(prediction), truth: counted(truth) };
}

/** Whether each value of each mask marks one region, and there are several: classes are seldom like that. */
function mayNumberObjects(contents: readonly MaskContent[]): boolean {
  return (
    contents.every((content) => content.kind === 'values' && content.oneRegionEach) &&
    contents.some((content) => content.kind === 'values' && content.values.filter((v) => v !== 0).length > 1)
  );
}

const OBJECTS =
  ' The values of the true masks seem to number single objects: if so, give --instances, with predictions that number them as well, such as the folder that deepflash predict wrote.';

const IGNORE = ' Where a value of the true masks means that pixels are left out, name it with --ignore.';

/** @param more what is said besides where it fails */
function told<Result>(folder: string, act: () => Result, more = ''): Result {
  try {
    return act();
  } catch (error) {
    throw new DataError([`In ${folder}, ${problemOf(error)}${more}`]);
  }
}

/** Reads images whose values number objects; those that are left out are objects of neither. */
export function instanceReader({
  predictions,
  masks,
  selection,
  ignored = [],
}: Pick<ScoreOptions, 'predictions' | 'masks' | 'selection' | 'ignored'>): Reader {
  return async ({ image, mask }) => {
    const [predicted, truth] = [join(predictions, image), join(masks, mask)];
    const numbers = numbersOf(await readMaskFile(truth, selection), truth);
    const left = (pixel: number): boolean => ignored.includes(numbers.data[pixel] ?? 0);
    return {
      prediction: instancesOf(numbersOf(await readMaskFile(predicted), predicted), left),
      truth: instancesOf(numbers, left),
    };
  };
}

/** So many regions of one and the same number are a mask of foreground. */
const REGIONS = 3;

function numbersOf(stored: Image, path: string): Image {
  const image = reduceGreyRgb(stored);
  if (image.channels === 1 && image.data.every((value) => Number.isInteger(value))) {
    refuseForeground(image, path);
    return image;
  }
  throw new ImageFileError({
    file: path,
    problem: 'does not number objects (it has colours or fractions)',
    remedy: 'save a grey image in which each object has a whole number',
  });
}

/** Throws an ImageFileError for a mask in which all objects have one number. */
function refuseForeground({ width, height, data }: Image, file: string): void {
  const values = new Set(data);
  values.delete(0);
  if (values.size !== 1) return;
  const mask = { width, height, classes: 2, data: Uint8Array.from(data, (value) => Math.min(value, 1)) };
  const { count } = connectedComponents(mask, 8);
  if (count < REGIONS) return;
  const [value] = values;
  throw new ImageFileError({
    file,
    problem: `does not number objects (${count} regions have the same value ${value})`,
    remedy:
      'leave out --instances, or give each object a number of its own, as deepflash predict does in its folder instances',
  });
}

function instancesOf({ width, height, data }: Image, left: (pixel: number) => boolean): Content {
  const numbers = Uint32Array.from(data, (value, pixel) => (left(pixel) ? 0 : value));
  const mask = { width, height, classes: 2, data: Uint8Array.from(numbers, (value) => Math.min(value, 1)) };
  return { mask, objects: { width, height, data: numbers } };
}

/** What is wrong with a file; other errors are thrown on. */
export function problemOf(error: unknown): string {
  if (error instanceof ImageFileError || error instanceof MaskValueError || error instanceof SelectionError) {
    return error.message;
  }
  throw error;
}
