import { join } from 'node:path';
import { decodeMask, type Selection } from '@deepflash/imaging';
import { readImageFile, writeFileAtomic } from '@deepflash/imaging/node';
import type { ModelDescription } from '@deepflash/segmentation';
import { readUsedImage } from '../data/used-image.js';
import type { FolderPrediction, PredictionResult } from '../prediction/predict-folder.js';
import { writtenValues } from '../prediction/write.js';
import { predictionFiles } from '../runs/layout.js';
import { decimal, figure, type Html, html, page, table } from './page.js';
import { MOST_PICTURED, maskUri, overlayUri, uncertaintyUri } from './pictures.js';

export interface ReportedPrediction extends Pick<FolderPrediction, 'results' | 'failures' | 'notices'> {
  /** Folder of the images. */
  readonly images: string;
  /** Folder of the results, which must be written. */
  readonly out: string;
  /** What of the images was used. */
  readonly selection: Selection;
  readonly description: ModelDescription;
}

/** Writes `report.html` of a prediction: every image, the most uncertain first. */
export async function writePredictionReport(prediction: ReportedPrediction): Promise<void> {
  const { images, out, results, failures, notices } = prediction;
  const uncertainFirst = [...results].sort((a, b) => b.uncertainty - a.uncertainty);
  const pictures: Html[] = [];
  for (const result of uncertainFirst.slice(0, MOST_PICTURED)) {
    pictures.push(await predictionFigure(prediction, result));
  }
  const objects = results.reduce((sum, result) => sum + result.objects, 0);
  const sections = [
    html`<ul class="numbers"><li><strong>${results.length}</strong>images</li><li><strong>${objects}</strong>objects</li></ul>`,
    ...notices.map((notice) => html`<p><strong>Note:</strong> ${notice}</p>`),
    ...(failures.length === 0
      ? []
      : [
          html`<h2>Could not be predicted</h2>${table(
            ['file', 'why'],
            failures.map(({ file, problem }) => [file, problem]),
          )}`,
        ]),
    html`<h2>Images, the most uncertain first</h2><p class="soft">Look at these before you trust the rest. Outline: the prediction. Uncertainty: dark is sure, bright is not.</p>`,
    ...pictures,
    html`<h2>All images</h2>${table(
      ['file', 'pixels', 'foreground', 'objects', 'uncertainty', 'of the foreground', 'seconds'],
      uncertainFirst.map((result) => [
        result.file,
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
    page('Prediction report', `Images of ${images}`, sections),
  );
}

async function predictionFigure(
  { images, out, selection, description }: ReportedPrediction,
  { file, name, objects, foreground, uncertainty }: PredictionResult,
): Promise<Html> {
  const files = predictionFiles(out);
  const { image } = await readUsedImage(join(images, file), selection);
  const maskFile = files.mask(name);
  const mask = decodeMask(await readImageFile(maskFile), writtenValues(description.classes), maskFile);
  const note = `${objects} ${objects === 1 ? 'object' : 'objects'}, ${(foreground * 100).toFixed(1)} % foreground, mean uncertainty ${decimal(uncertainty)}`;
  return figure(file, note, [
    { uri: overlayUri(image, {}), caption: 'Image' },
    { uri: overlayUri(image, { prediction: mask }), caption: 'Outline of the prediction' },
    { uri: maskUri(mask, description.classes), caption: 'Prediction' },
    { uri: uncertaintyUri(await readImageFile(files.uncertaintyOf(name))), caption: 'Uncertainty' },
  ]);
}
