/** Compares predicted masks with true ones, image by image. */
import { join } from 'node:path';
import { matchMasks, type Selection } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import { type MatchingTable, matchingTable } from '../data/matching-table.js';
import { DataError } from '../errors.js';
import type { ColourTable } from '../masks/colour-table.js';
import { mean } from '../runs/validation-results.js';
import { classReader, instanceReader, problemOf } from './read-contents.js';
import { type ImageScore, type Measure, scorePair } from './score-image.js';

export interface ScoreOptions {
  readonly predictions: string;
  readonly masks: string;
  /** `classes`: pixel values are classes, and objects are regions of one class. `instances`: they number objects. */
  readonly content: 'classes' | 'instances';
  /** Number of classes with the background; null: as many as the masks hold. */
  readonly classes: number | null;
  /** Which part of the true masks is meant, where their files hold several planes. */
  readonly selection?: Selection;
  /** What the colours of the true masks mean, where they have some. */
  readonly colours?: ColourTable | null;
  /** Values of the true masks whose pixels count in no score. */
  readonly ignored?: readonly number[];
  readonly onImage?: (done: number, total: number) => void;
}

export interface FolderScore {
  readonly images: number;
  /** Number of classes with the background. */
  readonly classes: number;
  /** Each measure in the mean of the images that have it; null where none has. */
  readonly means: Readonly<Record<Measure, number | null>>;
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
  const read =
    options.content === 'classes' ? await classReader(options, matched.pairs) : instanceReader(options);
  const results: ImageScore[] = [];
  for (const [index, pair] of matched.pairs.entries()) {
    try {
      const { prediction, truth } = await read(pair);
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
  const means = meanScores(results);
  return {
    images: results.length,
    classes: 1 + (results[0]?.perClass.length ?? 0),
    means,
    dice: means.dice ?? 0,
    iou: means.iou ?? 0,
    ap50: means.ap50 ?? 0,
    map: means.map ?? 0,
    results,
    matching: matchingTable(matched),
  };
}

function meanScores(results: readonly ImageScore[]): FolderScore['means'] {
  const of = (measure: Measure) =>
    mean(results.map((result) => result[measure]).filter((value) => value !== null));
  return {
    dice: of('dice'),
    iou: of('iou'),
    sensitivity: of('sensitivity'),
    precision: of('precision'),
    hausdorff95: of('hausdorff95'),
    surfaceDistance: of('surfaceDistance'),
    ap50: of('ap50'),
    map: of('map'),
    panopticQuality: of('panopticQuality'),
    aggregatedJaccardIndex: of('aggregatedJaccardIndex'),
    countError: of('countError'),
  };
}
