/** Compares predicted masks with true ones, image by image. */
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
  matchMasks,
  reduceGreyRgb,
} from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import {
  confusion,
  type LabelImage,
  type ObjectScore,
  overlapScores,
  scoreObjects,
} from '@deepflash/segmentation';
import { readMaskFile } from '../data/mask-file.js';
import { type MatchingTable, matchingTable } from '../data/matching-table.js';
import { DataError } from '../errors.js';
import { mean } from '../runs/validation-results.js';

export interface ScoreOptions {
  readonly predictions: string;
  readonly masks: string;
  /** `classes`: pixel values are classes, and objects are regions of foreground. `instances`: they number objects. */
  readonly content: 'classes' | 'instances';
  /** Number of classes with the background; null: as many as the masks hold. */
  readonly classes: number | null;
  readonly onImage?: (done: number, total: number) => void;
}

/** How well one prediction agrees with its mask; all from 0 to 1. */
export interface ImageScore {
  /** The prediction's file name. */
  readonly file: string;
  readonly mask: string;
  /** Mean over the classes above 0. */
  readonly dice: number;
  readonly iou: number;
  /** Average precision of the objects at an IoU of 0.5. */
  readonly ap50: number;
  /** Mean average precision at IoU 0.5, 0.55 … 0.95. */
  readonly map: number;
  readonly objectsPredicted: number;
  readonly objectsTrue: number;
}

export interface FolderScore {
  readonly images: number;
  readonly dice: number;
  readonly iou: number;
  readonly ap50: number;
  readonly map: number;
  readonly results: readonly ImageScore[];
  /** What had no partner and was not scored. */
  readonly matching: MatchingTable;
}

/**
 * Scores the predictions of a folder against the masks whose names begin with theirs.
 *
 * @throws FolderError; DataError with every fault of the files.
 */
export async function scoreFolders(options: ScoreOptions): Promise<FolderScore> {
  const { predictions, masks } = options;
  const matched = matchMasks(await listImageFiles(predictions), await listImageFiles(masks));
  const problems = matched.ambiguous.map(
    (group) =>
      `${group.images.join(' and ')} in ${predictions} ${group.images.length > 1 ? 'have the same name' : `fits several masks (${group.masks.join(', ')})`}; keep the one that is meant.`,
  );
  if (matched.pairs.length === 0 && problems.length === 0) {
    problems.push(
      `No mask in ${masks} has a name that begins with that of a prediction in ${predictions} (such as ${matched.unmatchedImages[0]}); check the folders.`,
    );
  }
  if (problems.length > 0) throw new DataError(problems);
  const read = options.content === 'classes' ? await classReader(options, matched.pairs) : readInstances;
  const results: ImageScore[] = [];
  for (const [index, pair] of matched.pairs.entries()) {
    try {
      const prediction = await read(join(predictions, pair.image), 'prediction');
      const truth = await read(join(masks, pair.mask), 'mask');
      const sizes = [prediction.mask, truth.mask].map(({ width, height }) => `${width} x ${height}`);
      if (sizes[0] === sizes[1]) {
        results.push({ file: pair.image, mask: pair.mask, ...scorePair(prediction, truth) });
      } else {
        problems.push(
          `${join(predictions, pair.image)} has ${sizes[0]} pixels, but its mask ${pair.mask} has ${sizes[1]}; compare masks of the same size.`,
        );
      }
    } catch (error) {
      problems.push(problemOf(error));
    }
    options.onImage?.(index + 1, matched.pairs.length);
  }
  if (problems.length > 0) throw new DataError(problems);
  const average = (key: 'dice' | 'iou' | 'ap50' | 'map'): number =>
    mean(results.map((result) => result[key])) ?? 0;
  return {
    images: results.length,
    dice: average('dice'),
    iou: average('iou'),
    ap50: average('ap50'),
    map: average('map'),
    results,
    matching: matchingTable(matched),
  };
}

/** A picture of classes and its objects. */
interface Content {
  readonly mask: ClassMask;
  readonly objects: LabelImage;
}

type Reader = (path: string, role: 'prediction' | 'mask') => Promise<Content>;

function scorePair(prediction: Content, truth: Content): Omit<ImageScore, 'file' | 'mask'> {
  const { dice, iou } = overlapScores(confusion(prediction.mask, truth.mask, truth.mask.classes));
  const scores = scoreObjects(prediction.objects, truth.objects);
  const [first] = scores;
  return {
    dice,
    iou,
    ap50: first?.averagePrecision ?? 0,
    map: mean(scores.map(({ averagePrecision }) => averagePrecision)) ?? 0,
    objectsPredicted: counted(first, 'falsePositives'),
    objectsTrue: counted(first, 'falseNegatives'),
  };
}

function counted(score: ObjectScore | undefined, others: 'falsePositives' | 'falseNegatives'): number {
  return score === undefined ? 0 : score.truePositives + score[others];
}

/** Masks of the two folders may use other values for the same classes, such as 0/255 and 0/1. */
async function classReader(
  { predictions, masks, classes }: ScoreOptions,
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
        found[role].push(maskValues(await readMaskFile(path), path));
      } catch (error) {
        problems.push(problemOf(error));
      }
    }
  }
  if (problems.length > 0) throw new DataError(problems);
  const mask = valuesOf(masks, found.mask, classes ?? undefined);
  const values = { mask, prediction: valuesOf(predictions, found.prediction, mask.length) };
  return async (path, role) => {
    const decoded = decodeMask(await readMaskFile(path), values[role], path);
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

async function readInstances(path: string): Promise<Content> {
  const image: Image = reduceGreyRgb(await readMaskFile(path));
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

function problemOf(error: unknown): string {
  if (error instanceof ImageFileError || error instanceof MaskValueError) return error.message;
  throw error;
}
