import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMask, type Image, planSelection, type Selection, selectSource } from '@deepflash/imaging';
import { openImageFile, writeFileAtomic } from '@deepflash/imaging/node';
import type { ModelDescription } from '@deepflash/segmentation';
import { readOverview } from '../data/overview.js';
import type { FolderPrediction } from '../prediction/predict-folder.js';
import type { PredictionResult } from '../prediction/prediction-log.js';
import { writtenValues } from '../prediction/write.js';
import { largePredictionFiles, predictionFiles } from '../runs/layout.js';
import { figure, type Html, html, page, table } from './page.js';
import { greysInWords, MOST_PICTURED, maskUri, overlayUri, uncertaintyUri } from './pictures.js';

export interface ReportedPrediction extends Pick<FolderPrediction, 'results' | 'failures' | 'notices'> {
  /** Folder of the images. */
  readonly images: string;
  /** Folder of the results, which must be written. */
  readonly out: string;
  /** What of the images was used. */
  readonly selection: Selection;
  readonly description: ModelDescription;
  /** How many predicted together. */
  readonly networks: number;
  /** By how many held-out images of the training the results are judged. */
  readonly heldOut: number;
}

/** Writes `report.html` of a prediction: every image, the most doubtful first. */
export async function writePredictionReport(prediction: ReportedPrediction): Promise<void> {
  const { images, out, results, failures, notices, heldOut } = prediction;
  const doubtfulFirst = [...results].sort((a, b) => a.expectedDice - b.expectedDice);
  const pictures: Html[] = [];
  for (const result of doubtfulFirst.slice(0, MOST_PICTURED)) {
    pictures.push(await predictionFigure(prediction, result));
  }
  const objects = results.reduce((sum, result) => sum + result.objects, 0);
  const sections = [
    html`<ul class="numbers"><li><strong>${results.length}</strong>${results.length === 1 ? 'image' : 'images'}</li><li><strong>${objects}</strong>${objects === 1 ? 'object' : 'objects'}</li><li><strong>${results.filter(({ unlike }) => unlike).length}</strong>unlike the images of the training</li></ul>`,
    ...notices.map((notice) => html`<p><strong>Note:</strong> ${notice}</p>`),
    ...(failures.length === 0
      ? []
      : [
          html`<h2>Could not be predicted</h2>${table(
            ['file', 'why'],
            failures.map(({ file, problem }) => [file, problem]),
          )}`,
        ]),
    html`<h2>Images, the most doubtful first</h2><p class="soft">Look at these before you trust the rest. The expected Dice is how well the prediction should agree with a person's mask, 0 to 1, ${judgedBy(heldOut)} Outline: the prediction.${greysInWords(prediction.description.classes)} Uncertainty: dark is sure, bright is not.</p>`,
    ...pictures,
    html`<h2>All images</h2>${table(
      [
        'file',
        'expected Dice',
        'unlike the training',
        'pixels',
        'foreground',
        'objects',
        'uncertainty',
        'uncertainty of the foreground',
        'seconds',
      ],
      doubtfulFirst.map((result) => [
        result.file,
        expectation(result),
        result.unlike ? result.reasons.join('; ') : '–',
        `${result.width} x ${result.height}`,
        `${(result.foreground * 100).toFixed(1)} %`,
        result.objects,
        result.uncertainty,
        result.uncertaintyScore ?? '–',
        result.seconds,
      ]),
    )}`,
  ];
  await writeFileAtomic(
    predictionFiles(out).report,
    page('Prediction report', `Images of ${images}, by ${networksInWords(prediction)}`, sections),
  );
}

function networksInWords({ networks, description }: ReportedPrediction): string {
  const { architecture, encoder, ensemble } = description;
  const count = ensemble?.weights.length ?? networks;
  return `${count === 1 ? 'a network' : `${count} networks`} (${architecture} with the encoder ${encoder})`;
}

function judgedBy(heldOut: number): string {
  return heldOut === 0
    ? 'by what the networks think of themselves alone, since no held-out images of their training are known: take it as an order, not as a number.'
    : 'judged by the held-out images of the training; in brackets, between what it lies in eight of ten cases.';
}

async function predictionFigure(
  { images, out, selection, description }: ReportedPrediction,
  result: PredictionResult,
): Promise<Html> {
  const { file, name, objects, foreground } = result;
  const unlike = result.unlike ? ` Unlike the training images: ${result.reasons.join('; ')}.` : '';
  const note = `Expected Dice ${expectation(result)}. ${objects} ${objects === 1 ? 'object' : 'objects'}, ${(foreground * 100).toFixed(1)} % foreground.${unlike}`;
  const files = filesOf(out, name);
  const image = await small(join(images, file), selection);
  const values = writtenValues(description.classes);
  const mask = decodeMask(await small(files.mask), values, files.mask);
  return figure(file, note, [
    { uri: overlayUri(image, {}), caption: 'Image' },
    { uri: overlayUri(image, { prediction: mask }), caption: 'Outline of the prediction' },
    { uri: maskUri(mask, description.classes), caption: 'Prediction' },
    { uri: uncertaintyUri(await small(files.uncertainty)), caption: 'Uncertainty' },
  ]);
}

/** Pictures are made from so many pixels a side at most: without loss where the image has no more. */
const DRAWN_FROM = 4096;

/** So much of an image as a picture of it needs. */
async function small(path: string, selection?: Selection): Promise<Image> {
  const opened = await openImageFile(path);
  try {
    const source =
      selection === undefined ? opened : selectSource(opened, planSelection(opened.info, selection, path));
    return await readOverview(source, DRAWN_FROM);
  } finally {
    await opened.close();
  }
}

/** Images that do not fit into memory have files of other kinds. */
function filesOf(out: string, name: string): { readonly mask: string; readonly uncertainty: string } {
  const files = predictionFiles(out);
  const whole = { mask: files.mask(name), uncertainty: files.uncertaintyOf(name) };
  const large = (['ome-tiff', 'ome-zarr'] as const).map((format) => largePredictionFiles(out, name, format));
  return [whole, ...large].find(({ mask }) => existsSync(mask)) ?? whole;
}

/** `0.81 (0.72 to 0.88)` */
function expectation({ expectedDice, expectedDiceLow, expectedDiceHigh }: PredictionResult): string {
  const [middle, low, high] = [expectedDice, expectedDiceLow, expectedDiceHigh].map((dice) =>
    dice.toFixed(2),
  );
  return `${middle} (${low} to ${high})`;
}
