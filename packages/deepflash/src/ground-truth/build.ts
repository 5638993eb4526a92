/** From a folder of masks for each expert to the ground truth of every image and an account of every expert. */
import { DataError, UsageError } from '../errors.js';
import { refuseForeignFiles } from '../foreign-files.js';
import { consensusFigure, writeGroundTruthReport } from '../report/ground-truth-report.js';
import type { Html } from '../report/page.js';
import { MOST_PICTURED } from '../report/pictures.js';
import { checkWritable } from '../writable.js';
import { type Agreement, meanAgreement } from './agreement.js';
import { consensusOf } from './consensus.js';
import { type ConsensusImage, examined, type RaterSummary, summaryOf } from './examine.js';
import { findRaters, liesWithin, type ModelFolder, type RaterProblem } from './expert-folders.js';
import { matchRaters, type RaterMatch } from './matching.js';
import { readImageMasks } from './read-image.js';
import { type MaskContent, openMasks } from './read-masks.js';
import { writeTables } from './tables.js';
import {
  groundTruthPlaces,
  makeGroundTruthFolders,
  removeEarlierConsensus,
  writeConsensus,
} from './write.js';

export interface GroundTruthOptions extends MaskContent {
  /** Holds one folder of masks for each expert. */
  readonly experts: string;
  readonly out: string;
  readonly method: 'staple' | 'majority';
  /** The label of pixels of which no class wins; null: the number of classes, as in ITK. */
  readonly undecided: number | null;
  readonly models: readonly ModelFolder[];
  /** Models are measured by the consensus of the experts, or enter it. */
  readonly modelsAre: 'judged' | 'voting';
  readonly onImage?: (done: number, total: number, image: string) => void;
}

export interface GroundTruth {
  readonly method: GroundTruthOptions['method'];
  readonly content: MaskContent['content'];
  readonly classes: number;
  /** The label of undecided pixels. */
  readonly undecided: number;
  readonly images: readonly ConsensusImage[];
  readonly raters: readonly RaterSummary[];
  readonly agreement: Agreement;
  /** Which images each rater marked. */
  readonly matching: { readonly images: number; readonly raters: readonly RaterMatch[] };
  /** What could not be done, a sentence for each; `image` is null where it concerns a whole folder. */
  readonly failures: readonly { readonly image: string | null; readonly problem: string }[];
  readonly warnings: readonly string[];
  readonly seconds: number;
}

/**
 * Writes the consensus of each image, what it says about each expert, and a report. An image with a mask that cannot
 * be used is left out and named in the result.
 *
 * @throws FolderError and UsageError before anything is written; DataError when nothing could be done; FileWriteError.
 */
export async function buildGroundTruth(options: GroundTruthOptions): Promise<GroundTruth> {
  const { experts: folder, out, method, content } = options;
  const start = performance.now();
  if (liesWithin(out, folder)) {
    throw new UsageError(
      `--out ${out} lies in the folder of the experts, where it would be taken for one of them: choose another place.`,
    );
  }
  refuseForeignFiles(groundTruthPlaces(out));
  const found = await findRaters(folder, options.models);
  checkEnoughRaters(options, found);
  checkWritable(out);
  const raters = [...found.experts, ...found.models];
  const masks = await openMasks(raters, options);
  const { classes } = masks;
  const undecided = options.undecided ?? classes;
  if (classes === 2 && undecided === FOREGROUND) {
    throw new UsageError(
      `--undecided ${FOREGROUND} is the foreground in masks of two classes: choose another value such as 2, or 0 to make undecided pixels background.`,
    );
  }

  const isUndrawn = ({ kind }: RaterProblem): boolean => kind === 'undrawn';
  const failures: Pick<RaterProblem, 'image' | 'problem'>[] = found.problems.filter((one) => !isUndrawn(one));
  for (const problem of masks.unfit.values()) failures.push({ image: null, problem });
  const spoilt = new Set(found.problems.map(({ image }) => image));
  const images: ConsensusImage[] = [];
  const earlier: string[] = [];
  const written = new Set<string>();
  const figures: Html[] = [];
  for (const [index, name] of found.images.entries()) {
    options.onImage?.(index, found.images.length, name);
    if (spoilt.has(name)) continue;
    const present = raters.filter((rater) => rater.files.has(name) && !masks.unfit.has(rater));
    const read = await readImageMasks(present, name, masks);
    failures.push(...read.failures);
    if (read.failures.some(({ kind }) => kind === 'expert')) continue;
    const voters = read.rated.filter(
      ({ rater }) => rater.kind === 'expert' || options.modelsAre === 'voting',
    );
    const [first, ...others] = voters.map(({ mask }) => mask);
    if (first === undefined) continue;
    const consensus = consensusOf([first, ...others], { method, content, classes, undecided });
    // What an earlier run wrote stays until there is something in its place.
    if (images.length === 0) earlier.push(...(await makeGroundTruthFolders(out, content, found.images)));
    for (const path of await writeConsensus(out, name, consensus, content)) written.add(path);
    const image = examined(name, read.rated, voters, consensus);
    images.push(image);
    if (figures.length < MOST_PICTURED) figures.push(consensusFigure(image, read.rated, consensus));
  }
  options.onImage?.(found.images.length, found.images.length, '');
  if (images.length === 0) throw new DataError(failures.map(({ problem }) => problem));
  const stayed = earlier.filter((name) => found.images.includes(name));
  await removeEarlierConsensus(out, stayed, written);
  const done = new Set(images.map(({ name }) => name));
  const removed = earlier.filter((name) => !done.has(name));

  const truth: GroundTruth = {
    method,
    content,
    classes,
    undecided,
    images,
    raters: raters.map((rater) => summaryOf(rater, images)),
    agreement: meanAgreement(images.map(({ agreement }) => agreement)),
    matching: { images: found.images.length, raters: matchRaters(found) },
    failures: failures.map(({ image, problem }) => ({ image, problem })),
    warnings: [
      ...found.problems.filter(isUndrawn).map(({ problem }) => problem),
      ...[
        ...found.warnings,
        ...masks.warnings,
        ...remarks(images, found.experts.length, undecided),
        ...removal(removed, out),
      ],
    ],
    seconds: Math.round(performance.now() - start) / 1000,
  };
  await writeTables(out, truth);
  await writeGroundTruthReport({ experts: folder, out, truth, figures });
  return { ...truth, seconds: Math.round(performance.now() - start) / 1000 };
}

/** The value that `encodeMask` gives the foreground where there are two classes. */
const FOREGROUND = 255;

function checkEnoughRaters(
  { experts: folder, modelsAre }: GroundTruthOptions,
  { experts, models, problems }: Awaited<ReturnType<typeof findRaters>>,
): void {
  const [only] = experts;
  if (only === undefined) throw new DataError(problems.map(({ problem }) => problem));
  if (experts.length + (modelsAre === 'voting' ? models.length : 0) > 1) return;
  const others = problems.filter(({ image }) => image === null).map(({ problem }) => ` ${problem}`);
  throw new UsageError(
    `${folder} holds the masks of one expert only (${only.name}), and a consensus needs two: add a folder for each other expert, or compare masks with deepflash score.${others.join('')}`,
  );
}

function remarks(images: readonly ConsensusImage[], experts: number, undecided: number): string[] {
  const alone = images.filter(({ voters }) => voters === 1).map(({ name }) => name);
  const open = images.filter(({ undecidedPixels }) => undecidedPixels > 0);
  const pixels = open.reduce((sum, { undecidedPixels }) => sum + undecidedPixels, 0);
  return [
    ...(alone.length === 0
      ? []
      : [
          `${counted(alone.length, 'image was', 'images were')} marked by one expert of ${experts} only and copied: ${some(alone)}. Masks of the same image must have the same name in all folders.`,
        ]),
    ...(pixels === 0
      ? []
      : [
          `${counted(pixels, 'pixel is', 'pixels are')} undecided in ${counted(open.length, 'image', 'images')} and marked ${undecided} in the masks (${some(open.map(({ name }) => name))}); --undecided 0 makes them background, and --ignore ${undecided} leaves them out of a training.`,
        ]),
  ];
}

function removal(names: readonly string[], out: string): string[] {
  if (names.length === 0) return [];
  const whose = counted(names.length, 'image', 'images');
  return [
    `The files of ${whose} that an earlier run wrote into ${out}, and that came to nothing now, were removed: ${some(names)}.`,
  ];
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

function some(names: readonly string[]): string {
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
}
