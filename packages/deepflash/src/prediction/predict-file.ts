import { ImageFileError, type Selection, stem } from '@deepflash/imaging';
import {
  type ChannelTraits,
  type DiceShares,
  diceEstimator,
  diceShares,
  ModelOutputError,
  type PredictedRows,
  predictRowsWithModels,
  type TileRows,
  traitGatherer,
  type WholeImageOptions,
} from '@deepflash/segmentation';
import type { QualityJudge } from '../runs/quality.js';
import { checkBrightness } from './absolute-brightness.js';
import type { Ensemble } from './ensemble.js';
import { type ImageRows, openImageRows } from './image-rows.js';
import type { LargeFormat, ObjectOptions, RowTaker } from './outcome.js';
import type { LogEntry } from './prediction-log.js';
import { removeOtherResults } from './result-files.js';
import { tiledFiles } from './tiled-files.js';
import { wholeFiles } from './whole-files.js';

/** Images of more pixels are predicted and written in parts. */
export const MOST_PIXELS = 36_000_000;

/** In which views the networks see an image, and how their answers become one. */
export type PredictionWays = Pick<WholeImageOptions, 'augmentation' | 'zooms' | 'combine'>;

export interface FileToPredict {
  /** Where the image lies, and its name as results tell it. */
  readonly path: string;
  readonly file: string;
  readonly out: string;
  readonly ensemble: Ensemble;
  readonly selection: Selection;
  readonly ways: PredictionWays;
  readonly objects: ObjectOptions;
  readonly probabilities: boolean;
  readonly largeFormat: LargeFormat;
  readonly judge: QualityJudge;
  readonly signal?: AbortSignal;
  readonly onPart: (part: number) => void;
}

/** Hands on the rows of an image from the top, each once, and what they tell of the Dice that is to be expected. */
export type RowSource = (
  image: ImageRows,
  onRows: (rows: PredictedRows, shares: DiceShares) => Promise<void>,
) => Promise<void>;

/** Predicts an image file and writes its files. Throws an ImageFileError, a SelectionError or a FileWriteError. */
export function predictFile(options: FileToPredict): Promise<LogEntry> {
  return fileFromRows(options, rowsByNetworks(options));
}

/** The rows of an image, or of a band of it, as the networks predict them. Throws an ImageFileError where they give none. */
export function rowsByNetworks(
  { ensemble, ways, signal, onPart, file, path }: FileToPredict,
  tileRows?: TileRows,
): RowSource {
  return async (image, onRows) => {
    if (isLarge(image) && ways.combine === 'staple') throw tooLargeForStaple(file, image);
    await predictRowsWithModels(
      image,
      ensemble.models,
      {
        ...ways,
        onTile: (done, total) => onPart(done / total),
        ...(ensemble.openPredictor === undefined ? {} : { openPredictor: ensemble.openPredictor }),
        ...(ensemble.weights === undefined ? {} : { weights: ensemble.weights }),
        ...(signal === undefined ? {} : { signal }),
        ...(tileRows === undefined ? {} : { tileRows }),
      },
      (rows) => onRows(rows, diceShares(rows, ensemble.description.classes)),
    ).catch((error: unknown) => {
      throw error instanceof ModelOutputError ? withoutAnswer(path, error) : error;
    });
  };
}

/** Writes the files of an image whose rows come from somewhere. Throws as `predictFile`. */
export async function fileFromRows(options: FileToPredict, source: RowSource): Promise<LogEntry> {
  const { ensemble, path, selection } = options;
  const start = performance.now();
  options.onPart(0);
  const image = await openImageRows(path, selection, ensemble.description.channels);
  try {
    const large = isLarge(image);
    const { classes, separation } = ensemble.description;
    if (large && options.ways.combine === 'staple') throw tooLargeForStaple(options.file, image);
    const { automatic = separation === 'distance' ? 'learned' : 'components', ...found } = options.objects;
    const auto = large ? 'components' : automatic;
    const separate = found.separate === 'auto' ? auto : found.separate;
    const objectOptions = { ...found, separate };
    const taker = large
      ? await tiledFiles({ ...options, objects: objectOptions, image, classes })
      : wholeFiles({ ...options, objects: objectOptions, image, classes });
    try {
      const traits = await traitsOf(image);
      checkBrightness(options.file, traits, image.info, ensemble.description);
      const seen = await handedOn(source, image, { classes, taker });
      const objects = await taker.finish();
      const form = large ? options.largeFormat : 'whole';
      const { out, probabilities } = options;
      await removeOtherResults(out, stem(options.file), { form, probabilities });
      const { estimate, ...scores } = seen;
      const result = {
        file: options.file,
        name: stem(options.file),
        width: image.width,
        height: image.height,
        objects: objects.length,
        ...scores,
        ...options.judge(estimate, traits),
        seconds: Math.round(performance.now() - start) / 1000,
      };
      return { result, notices: image.notices, objects };
    } catch (error) {
      await taker.discard();
      throw error;
    }
  } finally {
    await image.close();
  }
}

/** Whether an image is written in tiles and never in memory as a whole. */
export function isLarge({ width, height }: Pick<ImageRows, 'width' | 'height'>): boolean {
  return width * height > MOST_PIXELS;
}

/** Other images may have no such values. */
function withoutAnswer(file: string, { model, problem, remedy }: ModelOutputError): ImageFileError {
  return new ImageFileError({
    file,
    problem: `cannot be predicted, because model ${model + 1} of the ensemble ${problem}`,
    remedy,
  });
}

function tooLargeForStaple(file: string, { width, height }: ImageRows): ImageFileError {
  return new ImageFileError({
    file,
    problem: `has ${width} x ${height} pixels, and in images that large masks are not combined by STAPLE, which needs all of them in memory`,
    remedy: 'combine them by mean or majority, or cut the image',
  });
}

/** Hands the rows on and sums up what they tell of the image. */
async function handedOn(
  source: RowSource,
  image: ImageRows,
  { classes, taker }: { readonly classes: number; readonly taker: RowTaker },
) {
  const estimator = diceEstimator(classes);
  let [foreground, doubt, doubtInForeground] = [0, 0, 0];
  const sumUp = ({ mask, uncertainty }: PredictedRows): void => {
    for (let i = 0; i < mask.length; i++) {
      const value = uncertainty[i] as number;
      doubt += value;
      if (mask[i] === 0) continue;
      foreground++;
      doubtInForeground += value;
    }
  };
  await source(image, async (rows, shares) => {
    estimator.addShares(shares);
    sumUp(rows);
    await taker.take(rows);
  });
  const pixels = image.width * image.height;
  return {
    foreground: foreground / pixels,
    uncertainty: doubt / pixels,
    uncertaintyScore: foreground === 0 ? null : doubtInForeground / foreground,
    estimate: estimator.result(),
  };
}

/** Windows, in each direction, by which a large image is judged. */
const WINDOWS = 4;
const WINDOW = 1024;

/** The traits of the whole image, or of windows spread over a large one. */
async function traitsOf(image: ImageRows): Promise<ChannelTraits[]> {
  const gatherer = traitGatherer();
  const starts = (length: number): number[] =>
    length <= WINDOWS * WINDOW
      ? [0]
      : Array.from({ length: WINDOWS }, (_, i) => Math.round((i * (length - WINDOW)) / (WINDOWS - 1)));
  const [rows, columns] = [starts(image.height), starts(image.width)];
  const height = rows.length === 1 ? image.height : WINDOW;
  const width = columns.length === 1 ? image.width : WINDOW;
  for (const y of rows) {
    for (const x of columns) gatherer.add(await image.readWindow({ x, y, width, height }));
  }
  return gatherer.result();
}
