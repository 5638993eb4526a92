/** A prediction of a folder as it is asked for: what is the same for all of its images, and what its networks allow. */
import { join, relative } from 'node:path';
import { DEFAULT_DEPTH, DEFAULT_PROMINENCE, NO_SELECTION, type Selection } from '@deepflash/imaging';
import { UsageError } from '../errors.js';
import { type QualityJudge, qualityJudge } from '../runs/quality.js';
import type { Ensemble } from './ensemble.js';
import type { LargeFormat, ObjectOptions } from './outcome.js';
import type { FileToPredict, PredictionWays } from './predict-file.js';

export interface PredictFolderOptions extends PredictionWays {
  readonly images: string;
  readonly out: string;
  readonly ensemble: Ensemble;
  /** Where other parts of the files are wanted than those that the networks were trained on. */
  readonly selection?: Partial<Selection>;
  /** Default: regions of foreground that touch, at corners too, of any size. */
  readonly objects?: Partial<ObjectOptions>;
  /** Whether the probability of each class is written as well. */
  readonly probabilities?: boolean;
  /** What images too large for memory are written as. Default: ome-tiff. */
  readonly largeFormat?: LargeFormat;
  /** The run's `quality.json`, by which results are judged. */
  readonly quality?: string;
  /** Leaves out images whose results are there, from the same networks and settings. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  /** Told where `resume` finds results that were asked for otherwise, so that all images are predicted anew. */
  readonly onAnew?: () => void;
  /** Parts of an image that are done, images counted from 0. */
  readonly onProgress?: (image: number, images: number, file: string, part: number) => void;
}

const OBJECTS: ObjectOptions = {
  separate: 'auto',
  prominence: DEFAULT_PROMINENCE,
  depth: DEFAULT_DEPTH,
  minimumSize: 0,
  fillHoles: false,
  excludeBorder: false,
};

/** One image of the folder as it is to be predicted. */
export function fileToPredict(
  options: PredictFolderOptions,
  file: string,
  onPart: (part: number) => void = () => undefined,
): FileToPredict {
  return { ...workOf(options), path: join(options.images, file), file, onPart };
}

/** What is the same for all images. */
interface Work extends Pick<PredictFolderOptions, 'out' | 'ensemble' | 'signal'> {
  readonly ways: PredictionWays;
  readonly largeFormat: LargeFormat;
  readonly selection: Selection;
  readonly objects: ObjectOptions;
  readonly probabilities: boolean;
  readonly judge: QualityJudge;
}

/** What is asked for, with what is usual where nothing is said. */
export function workOf({ out, ensemble, signal, ...options }: PredictFolderOptions): Work {
  const { augmentation, zooms = [1], combine = 'mean', largeFormat = 'ome-tiff' } = options;
  return {
    ...{ out, ensemble, largeFormat },
    ways: { augmentation, zooms, combine },
    ...(signal === undefined ? {} : { signal }),
    selection: { ...NO_SELECTION, ...ensemble.description.selection, ...options.selection },
    objects: { ...OBJECTS, ...options.objects },
    probabilities: options.probabilities ?? false,
    judge: qualityJudge(options.quality),
  };
}

/** A text that differs where results would, and not by how the folder of the images is spelt. */
export function askedFor(options: PredictFolderOptions): string {
  const { out, ensemble } = options;
  // Seen from the results, so that both may be moved together, or be known by other paths to other machines of a cluster.
  const images = relative(out, options.images);
  const { selection, objects, probabilities, ways, largeFormat } = workOf(options);
  const { description, weights, fingerprint } = ensemble;
  return JSON.stringify({
    ...{ images, description, weights, fingerprint, selection, objects, probabilities, ways, largeFormat },
  });
}

/** Throws a UsageError for ways to predict that these networks do not allow. */
export function checkWays(options: PredictFolderOptions): void {
  const { ensemble, augmentation, combine = 'mean', objects } = options;
  const { description, models } = ensemble;
  if (augmentation === 'none' && description.ensemble?.augmentation === 'flips') {
    throw new UsageError(
      'An ensemble.onnx looks at each tile in four flips, which cannot be turned off in it: name the run, or leave out testTimeAugmentation=false.',
    );
  }
  if (combine !== 'mean' && models.length === 1) {
    const whole = description.ensemble !== undefined;
    throw new UsageError(
      `Masks are combined by ${combine} only of several networks${whole ? ', and an ensemble.onnx has mixed them already: name the run' : ': name a run of several, or several files'}.`,
    );
  }
  if (objects?.separate === 'learned' && description.separation !== 'distance') {
    throw new UsageError(
      'These networks have not learnt to tell touching objects apart: take --separate watershed, or train with --set separation=distance.',
    );
  }
}
