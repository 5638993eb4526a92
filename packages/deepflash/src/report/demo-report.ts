import { join, relative } from 'node:path';
import { decodeMask } from '@deepflash/imaging';
import { readImageFile, writeFileAtomic } from '@deepflash/imaging/node';
import { demoFiles, TRAINING_IMAGES } from '../demo/samples.js';
import type { PredictionResult } from '../prediction/prediction-log.js';
import { predictionFiles } from '../runs/layout.js';
import type { FolderScore } from '../scoring/score-folders.js';
import { decimal, figure, type Html, html, page } from './page.js';
import { overlayUri, uncertaintyUri } from './pictures.js';

/** Writes `report.html` of a demonstration: how the network did on images that it has not seen. */
export async function writeDemoReport(
  out: string,
  scores: FolderScore,
  results: readonly PredictionResult[],
): Promise<void> {
  const files = demoFiles(out);
  const uncertainFirst = [...results].sort((a, b) => b.uncertainty - a.uncertainty);
  const dice = new Map(scores.results.map((score) => [score.file, score.dice]));
  const pictures: Html[] = [];
  for (const result of uncertainFirst)
    pictures.push(await testFigure(out, result, dice.get(`${result.name}.png`)));
  const link = (path: string, text: string): Html => html`<code>${relative(out, path)}</code> ${text}`;
  await writeFileAtomic(
    files.report,
    page(
      'deepflash demonstration',
      'A network was trained on generated images of cells and tried on others.',
      [
        html`<ul class="numbers"><li><strong>${decimal(scores.dice)}</strong>mean Dice on ${scores.images} unseen images</li>
<li><strong>${decimal(scores.ap50)}</strong>average precision of the cells at IoU 0.5</li>
<li><strong>${TRAINING_IMAGES}</strong>training images</li></ul>
<p>The images are made by the program. Some cells are out of focus, and the expert who drew the masks took some of these for cells and others not. No network can know which: watch how its uncertainty is bright there.</p>
<h2>Unseen images, the most uncertain first</h2>
<p class="soft">Outlines: <span style="color:rgb(214,144,0)">the expert's mask</span> and <span style="color:rgb(0,160,190)">the prediction</span>. Uncertainty: dark is sure, bright is not.</p>`,
        ...pictures,
        html`<h2>Where things are</h2><ul>
<li>${link(files.training.images, 'and masks beside it: what the network learned from')}</li>
<li>${link(join(files.run, 'report.html'), 'how the training went')}</li>
<li>${link(files.prediction, 'masks, uncertainty, objects and results of the unseen images')}</li></ul>`,
      ],
    ),
  );
}

async function testFigure(out: string, result: PredictionResult, dice: number | undefined): Promise<Html> {
  const { test, prediction: folder } = demoFiles(out);
  const files = predictionFiles(folder);
  const image = await readImageFile(join(test.images, result.file));
  const read = async (path: string) => decodeMask(await readImageFile(path), [0, 255], path);
  const truth = await read(join(test.masks, result.file));
  const prediction = await read(files.mask(result.name));
  const note = `Dice ${decimal(dice)}, mean uncertainty ${decimal(result.uncertainty)}, ${result.objects} objects`;
  return figure(result.file, note, [
    { uri: overlayUri(image, {}), caption: 'Image' },
    { uri: overlayUri(image, { truth }), caption: "Expert's mask" },
    { uri: overlayUri(image, { prediction }), caption: 'Prediction' },
    { uri: uncertaintyUri(await readImageFile(files.uncertaintyOf(result.name))), caption: 'Uncertainty' },
  ]);
}
