import { join } from 'node:path';
import { decodeMask } from '@deepflash/imaging';
import { readImageFile, writeFileAtomic } from '@deepflash/imaging/node';
import {
  describeSettings,
  isIgnored,
  type LabelledImage,
  type SeparationChoice,
} from '@deepflash/segmentation';
import { meaningOf } from '../data/record.js';
import { readUsedImage } from '../data/used-image.js';
import { meaningInWords } from '../masks/meaning.js';
import { writtenValues } from '../prediction/write.js';
import { readEvents } from '../runs/events.js';
import { foldHistory } from '../runs/history.js';
import { runFiles } from '../runs/layout.js';
import type { Run } from '../runs/run.js';
import { readSeparation } from '../runs/separation.js';
import {
  classesOf,
  mean,
  summarise,
  type TrainingSummary,
  type ValidationResult,
  validationResults,
} from '../runs/validation-results.js';
import { recordedModelWeights } from '../training/model-weights.js';
import { trainingCurves } from './curves.js';
import { methods } from './methods.js';
import { decimal, figure, type Html, html, page, table } from './page.js';
import {
  differenceUri,
  greysInWords,
  MOST_PICTURED,
  maskUri,
  overlayUri,
  uncertaintyUri,
} from './pictures.js';

/**
 * Writes the report of a training: results, curves, held-out images worst first, settings and data.
 *
 * @param missing what is said of folds that are not trained, of which the report then tells nothing else
 */
export async function writeTrainingReport(
  run: Run,
  images: readonly LabelledImage[],
  missing: readonly string[] = [],
): Promise<void> {
  const { events: eventFile, report, separation } = runFiles(run.path);
  const events = readEvents(eventFile);
  const whole = summarise(run);
  const summary = { ...whole, folds: whole.folds.filter(({ steps }) => missing.length === 0 || steps > 0) };
  const worstFirst = [...validationResults(run, events)].sort((a, b) => a.dice - b.dice);
  const masks = new Map(images.map(({ name, mask }) => [name, mask]));
  const pictures: Html[] = [];
  for (const result of worstFirst.slice(0, MOST_PICTURED)) {
    const mask = masks.get(result.name);
    if (mask !== undefined) pictures.push(await validationFigure(run, result, mask));
  }
  const folds = summary.folds.map(({ fold }) => foldHistory(events, fold));
  const lead = `${images.length} images, ${summary.folds.length} ${summary.folds.length === 1 ? 'network' : 'networks'}, finished ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  const notes = new Set([...(run.data.notes ?? []), ...warnings]);
  const sections = [
    ...missing.map((sentence) => html`<p><strong>Incomplete:</strong> ${sentence}</p>`),
    headline(run, summary, worstFirst),
    ...[...notes].map((note) => html`<p><strong>Note:</strong> ${note}</p>`),
    html`<h2>Training</h2><div class="curves">${folds.map(trainingCurves)}</div>`,
    ...heldOut(pictures, worstFirst, run.data.classValues.length),
    ...objects(readSeparation(separation)),
    ...(missing.length > 0 ? [] : [html`<h2>For a paper</h2>${methods(run, summary).html}`]),
    ...choices(run),
    html`<h2>Settings</h2>${table(
      ['setting', 'value', 'what it is'],
      describeSettings().map(({ name, help }) => [name, JSON.stringify(run.settings[name]), help]),
    )}`,
    html`<h2>Data</h2>${dataTable(run)}`,
    html`<h2>Software</h2>${table(['name', 'version'], Object.entries(run.data.software))}`,
  ];
  await writeFileAtomic(report, page('Training report', lead, sections));
}

function headline(run: Run, summary: TrainingSummary, results: readonly ValidationResult[]): Html {
  const { dice, diceDeviation, folds } = summary;
  const [worst, best] = [results[0], results.at(-1)];
  const seconds = folds.reduce((sum, fold) => sum + fold.steps * fold.secondsPerStep, 0);
  const weights = recordedModelWeights(run.path) ?? [];
  const equal = weights.every((weight) => weight === weights[0]);
  const share = (fold: number): string =>
    equal ? '' : `, whose network counts ${(100 * (weights[fold - 1] ?? 0)).toFixed(0)} %`;
  return html`<ul class="numbers">
<li><strong>${decimal(dice)}${diceDeviation === null ? null : ` ± ${decimal(diceDeviation)}`}</strong>${
    run.data.folds > 1 && folds.length === run.data.folds ? 'cross-validated Dice' : 'Dice of held-out images'
  }, mean${diceDeviation === null ? null : ' ± standard deviation of the images'}</li>
${worst && best && results.length > 1 ? html`<li><strong>${decimal(worst.dice)} – ${decimal(best.dice)}</strong>from the worst image to the best</li>` : null}
${classDices(results).map((value, index) => html`<li><strong>${decimal(value)}</strong>Dice of class ${index + 1}</li>`)}
${folds.length > 1 ? folds.map((fold) => html`<li><strong>${decimal(fold.dice)}</strong>Dice of fold ${fold.fold}${share(fold.fold)}</li>`) : null}
<li><strong>${(seconds / 60).toFixed(1)} min</strong>of training steps</li>
<li><strong>${run.data.classValues.length}</strong>classes</li></ul>
${
  dice === null
    ? html`<p>No image was held out, so this training tells nothing of how well the network does on images that it has not seen.</p>`
    : html`<p>Each of these images was predicted by a network that was not trained on it${groupsOf(run) > 0 ? ' nor on others of its group' : ''}. A Dice of 1 is full agreement with its mask, 0 none at all.</p>`
}`;
}

/** The mean of each class from 1 on over the held-out images, where there are several classes. */
function classDices(results: readonly ValidationResult[]): (number | null)[] {
  return classesOf(results).map((one) =>
    mean(results.flatMap(({ dicePerClass }) => dicePerClass?.[one - 1] ?? [])),
  );
}

function groupsOf({ data }: Run): number {
  return new Set(data.items.flatMap(({ group }) => group ?? [])).size;
}

/** What was left open and chosen. */
function choices(run: Run): Html[] {
  const reasons = Object.entries(run.reasons);
  if (reasons.length === 0) return [];
  const value = (name: string): string =>
    JSON.stringify(Object.entries(run.settings).find(([key]) => key === name)?.[1]);
  return [
    html`<h2>What was chosen for these images</h2>${table(
      ['setting', 'value', 'why'],
      reasons.map(([name, reason]) => [name, value(name), reason]),
    )}`,
  ];
}

const WAYS = {
  components: 'what hangs together is an object',
  watershed: 'a watershed of the distance to the edge',
  learned: 'as the second head has learnt',
} as const satisfies Record<SeparationChoice['way'], string>;

/** How well objects that touch come apart, where the masks number them. */
function objects(choice: SeparationChoice | undefined): Html[] {
  if (choice === undefined) return [];
  return [
    html`<h2>Objects of the held-out images</h2><p class="soft">Average precision: objects that were found right among all that were found or are in the masks, where a pair counts that overlaps by at least so much (IoU). Predictions tell objects apart as in the line marked ✓.</p>${table(
      [
        'objects are told apart by',
        'parameter',
        'average precision at IoU 0.5',
        'mean of IoU 0.5 to 0.95',
        '',
      ],
      choice.scores.map(({ way, value, averagePrecision, ap50 }) => [
        WAYS[way],
        value ?? '',
        ap50 === undefined ? '' : decimal(ap50),
        decimal(averagePrecision),
        way === choice.way ? '✓' : '',
      ]),
    )}`,
  ];
}

function heldOut(pictures: readonly Html[], results: readonly ValidationResult[], count: number): Html[] {
  if (results.length === 0) return [];
  const classes = classesOf(results);
  return [
    html`<h2>Held-out images, the worst first</h2><p class="soft">Outlines: <span style="color:rgb(214,144,0)">the mask</span> and <span style="color:rgb(0,160,190)">the prediction</span>. Difference: grey is right, <span style="color:rgb(214,144,0)">missed</span>, <span style="color:rgb(0,160,190)">found but not in the mask</span>${count > 2 ? html`, <span style="color:rgb(190,60,190)">another class</span>` : null}.${greysInWords(count)} Uncertainty: dark is sure, bright is not.</p>`,
    ...pictures,
    ...(pictures.length < results.length
      ? [html`<p class="soft">The ${pictures.length} worst of ${results.length} images are shown.</p>`]
      : []),
    html`<h2>All held-out images</h2>${table(
      [
        'file',
        'fold',
        'Dice',
        ...classes.map((one) => `of class ${one}`),
        'IoU',
        'uncertainty',
        'uncertainty of the foreground',
      ],
      results.map((result) => [
        result.file,
        result.fold,
        result.dice,
        ...classes.map((one) => result.dicePerClass?.[one - 1] ?? '–'),
        result.iou,
        result.uncertainty,
        result.uncertaintyScore ?? '–',
      ]),
    )}`,
  ];
}

async function validationFigure(
  run: Run,
  { name, file, fold, dice, uncertainty }: ValidationResult,
  truth: LabelledImage['mask'],
): Promise<Html> {
  const { validation } = runFiles(run.path);
  const { image } = await readUsedImage(join(run.data.imageFolder, file), run.data.selection);
  const maskFile = validation.mask(name);
  const prediction = decodeMask(
    await readImageFile(maskFile),
    writtenValues(run.data.classValues.length),
    maskFile,
  );
  const note = `Dice ${decimal(dice)}, mean uncertainty ${decimal(uncertainty)}, fold ${fold}`;
  return figure(file, note, [
    { uri: overlayUri(image, {}), caption: 'Image' },
    { uri: maskUri(truth, truth.classes), caption: 'Mask' },
    { uri: maskUri(prediction, truth.classes), caption: 'Prediction' },
    { uri: overlayUri(image, { truth: counted(truth), prediction }), caption: 'Outlines of both' },
    { uri: differenceUri(truth, prediction), caption: 'Difference' },
    { uri: uncertaintyUri(await readImageFile(validation.uncertaintyOf(name))), caption: 'Uncertainty' },
  ]);
}

/** A mask without what is left out, which is no object. */
function counted(mask: LabelledImage['mask']): LabelledImage['mask'] {
  return { ...mask, data: mask.data.map((value) => (isIgnored(value, mask.classes) ? 0 : value)) };
}

function leftOver(unmatched: Run['data']['unmatched']): Html | null {
  if (unmatched.length === 0) return null;
  const shown = unmatched.slice(0, MOST_LEFT_OVER).map(({ file, reason }) => [file, reason]);
  return html`<p>${unmatched.length} ${unmatched.length === 1 ? 'file' : 'files'} of the folders had no partner.</p>${table(['not used', 'why'], shown)}`;
}

const MOST_LEFT_OVER = 20;

function dataTable({ data }: Run): Html {
  const { means, stds } = data.statistics;
  return html`<p>Images in ${data.imageFolder}, masks in ${data.maskFolder}. ${meaningInWords(meaningOf(data))} Channel means ${means.map(decimal).join(', ')}, standard deviations ${stds.map(decimal).join(', ')}.</p>
${leftOver(data.unmatched)}<details><summary>${data.items.length} images and masks</summary>${table(
    ['image', 'mask', 'pixels', 'fold', 'SHA-256 of the image'],
    data.items.map(({ image, mask, width, height, fold, group }) => [
      image.name,
      mask.name,
      `${width} x ${height}`,
      group === undefined ? fold : `${fold} (${group})`,
      image.sha256.slice(0, 16),
    ]),
  )}</details>`;
}
