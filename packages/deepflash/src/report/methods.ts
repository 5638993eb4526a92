/**
 * What a paper has to say of a training, as a paragraph and its references, from what was really done. Written by the
 * rules of Renard et al. (2020, doi 10.1038/s41598-020-69920-0): network, weights, data, division, augmentation,
 * optimisation, selection and measure.
 */
import type { PlannedSettings } from '@deepflash/segmentation';
import { expertOf } from '../data/expert-values.js';
import type { Run } from '../runs/run.js';
import type { TrainingSummary } from '../runs/validation-results.js';
import { type Html, html } from './page.js';
import {
  ARCHITECTURES,
  DEEPFLASH2,
  encoderReference,
  IMAGENET,
  KWON,
  OPTIMIZERS,
  type Reference,
} from './references.js';

/** The paragraph and the list of what it cites. */
export function methods(
  run: Run,
  summary: TrainingSummary,
): { readonly paragraph: string; readonly html: Html } {
  const cited = new Map<string, Reference>();
  const cite = (reference: Reference | undefined): string => {
    if (reference === undefined) return '';
    cited.set(reference.short, reference);
    return ` (${reference.short})`;
  };
  const sentences = [
    ...networkSentences(run, cite),
    dataSentence(run),
    maskSentence(run),
    trainingSentence(run.settings, summary, cite),
    selectionSentence(run),
    augmentationSentence(run),
    predictionSentence(run, cite),
    resultSentence(run, summary),
    softwareSentence(run),
  ];
  const paragraph = sentences.filter((sentence) => sentence !== '').join(' ');
  return {
    paragraph,
    html: html`<p>${paragraph}</p><ul>${[...cited.values()].map(({ full }) => html`<li class="soft">${full}</li>`)}</ul>`,
  };
}

type Cite = (reference: Reference | undefined) => string;

function networkSentences({ settings, data }: Run, cite: Cite): string[] {
  const { architecture, encoder, encoderWeights, initialWeights, encoderDepth, decoderChannels } = settings;
  const levels = encoderDepth === null ? '' : ` of ${encoderDepth} levels`;
  const decoder =
    decoderChannels === null ? '' : ` and a decoder of ${listed(decoderChannels.map(String))} filters`;
  const network = `${architecture}${cite(ARCHITECTURES[architecture])} with the encoder ${encoder}${cite(encoderReference(encoder))}${levels}${decoder}`;
  const number = data.models === 1 ? 'A network' : `An ensemble of ${data.models} networks`;
  const start =
    initialWeights !== null
      ? 'the weights of an earlier training'
      : encoderWeights === 'none'
        ? 'random weights'
        : encoderWeights === 'imagenet'
          ? `an encoder trained on ImageNet${cite(IMAGENET)}`
          : 'an encoder trained before';
  return [
    `${number} of the architecture ${network} was trained for the segmentation of ${data.classValues.length} classes with deepflash, after deepFlash2${cite(DEEPFLASH2)}, starting from ${start}.`,
  ];
}

function dataSentence({ data, settings }: Run): string {
  const { items, channels, folds, models } = data;
  const groups = new Set(items.flatMap(({ group }) => group ?? [])).size;
  const kept = groups > 0 ? `, keeping the images of each of ${groups} groups together` : '';
  const division =
    folds === 1
      ? 'No image was held out.'
      : `They were divided into ${folds} folds for cross-validation${kept}, of which ${models === 1 ? 'one was held out' : `${models === folds ? 'all' : models} were held out in turn`}.`;
  const scaled = settings.scale === 1 ? '' : `, scaled by 1/${settings.scale}`;
  return `The data were ${items.length} images of ${channels} ${channels === 1 ? 'channel' : 'channels'}${scaled}, normalised by the mean and standard deviation of ${settings.normalisation === 'image' ? 'each image' : 'all training pixels'}. ${division}`;
}

/** What was learnt from, where that is not the mask of each image as it is. */
function maskSentence({ data, settings }: Run): string {
  const { items, masks, probabilityFolder } = data;
  const experts = new Set(items.flatMap((item) => item.experts ?? []).map(({ name }) => expertOf(name))).size;
  const left =
    masks?.kind === 'colours'
      ? Object.values(masks.table).includes('ignored')
      : (masks?.ignored ?? []).length > 0;
  const told = [
    ...(experts > 0
      ? [
          `Of the masks of ${experts} ${experts === 1 ? 'expert' : 'experts'} one was drawn at random for each tile; held-out images were compared with the consensus.`,
        ]
      : []),
    ...(probabilityFolder === undefined
      ? []
      : ['The networks learnt the probabilities of a consensus of experts instead of its masks.']),
    ...(masks?.kind === 'instances'
      ? ['The masks numbered the objects, between which thin lines were left.']
      : []),
    ...(settings.separation === 'distance'
      ? ['A second head learnt how deep inside its object a pixel lies and where two objects touch.']
      : []),
    ...(left ? ['Regions that were marked as undecided counted neither in training nor in scores.'] : []),
  ];
  return told.join(' ');
}

function trainingSentence(settings: PlannedSettings, { folds }: TrainingSummary, cite: Cite): string {
  const { batchSize, tileSize, optimizer, learningRate, loss, weightDecay, seed, schedule } = settings;
  const steps = [...new Set(folds.map((fold) => fold.steps))].sort((a, b) => a - b);
  const range = steps.length > 1 ? `${steps[0]} to ${steps.at(-1)}` : `${steps[0] ?? 0}`;
  const decay = weightDecay === 0 ? '' : `, weight decay ${weightDecay}`;
  const who = folds.length === 1 ? 'The network' : 'Each network';
  return `${who} was trained for ${range} steps on batches of ${batchSize} ${batchSize === 1 ? 'tile' : 'tiles'} of ${tileSize} x ${tileSize} pixels, sampled so that all classes are seen, with the loss ${loss}, the optimiser ${optimizer}${cite(OPTIMIZERS[optimizer])}, the ${schedule} schedule and a highest learning rate of ${learningRate}${decay} (seed ${seed}).`;
}

/** Which weights were kept, without which the Dice of a training says little. */
function selectionSentence({ data, settings }: Run): string {
  const { emaDecay, keep, patience } = settings;
  const averaged = emaDecay === null ? '' : ` of a moving average (decay ${emaDecay})`;
  if (data.folds === 1 || keep === 'last') return `The weights${averaged} of the last step were kept.`;
  const early =
    patience === null
      ? ''
      : `; a training ended after ${patience} ${patience === 1 ? 'validation' : 'validations'} without a better one`;
  return `Of several validations along ${data.models === 1 ? 'the' : 'each'} training, the weights${averaged} with the best Dice on the held-out images were kept${early}.`;
}

function augmentationSentence({ settings, data }: Run): string {
  const { flips, rotation, gamma, brightness, contrast, zoom, elastic, elasticSpacing } = settings;
  const { gridDistortion, gridDistortionCells: cells, clahe, blur, illumination, noise } = settings;
  const channelDrop = Math.min(settings.channelDrop, data.channels - 1);
  const { flipsProbability, rotationProbability, gammaProbability, zoomProbability } = settings;
  const kinds: readonly (readonly [chance: number, happens: boolean, words: string])[] = [
    [flipsProbability, flips, 'flips'],
    [rotationProbability, rotation > 0, `rotation by up to ${rotation} degrees`],
    [zoomProbability, zoom.some((factor) => factor !== 1), `scaling by ${zoom[0]} to ${zoom[1]}`],
    [
      settings.elasticProbability,
      elastic > 0,
      `elastic distortion by up to ${elastic * elasticSpacing} pixels in waves of ${elasticSpacing}`,
    ],
    [
      settings.gridDistortionProbability,
      gridDistortion > 0,
      `distortion of a grid of ${cells} x ${cells} by up to ${percent(gridDistortion)}`,
    ],
    [gammaProbability, gamma.some((one) => one !== 1), `gamma from ${gamma[0]} to ${gamma[1]}`],
    [settings.brightnessProbability, brightness > 0, `brightness by up to ${percent(brightness)}`],
    [settings.contrastProbability, contrast > 0, `contrast by up to ${percent(contrast)}`],
    [settings.claheProbability, clahe > 0, `CLAHE with a clip limit of up to ${clahe}`],
    [settings.blurProbability, blur > 0, `Gaussian blur of up to ${blur} pixels`],
    [settings.illuminationProbability, illumination > 0, `uneven light by up to ${percent(illumination)}`],
    [
      settings.noiseProbability,
      noise > 0,
      `Gaussian noise of up to ${noise} standard deviations of the images`,
    ],
    [
      settings.channelDropProbability,
      channelDrop > 0,
      `emptying up to ${channelDrop} ${channelDrop === 1 ? 'channel' : 'channels'}`,
    ],
  ];
  const done = kinds.filter(([chance, happens]) => happens && chance > 0);
  if (done.length === 0) return '';
  const chances = [...new Set(done.map(([chance]) => chance))];
  const [common = 0] = chances;
  const each = (chance: number, words: string): string =>
    chances.length === 1 ? words : `${words} (${percent(chance)} of the tiles)`;
  const all = chances.length === 1 ? `, each with a probability of ${percent(common)}` : '';
  return `Tiles were changed at random by ${listed(done.map(([chance, , words]) => each(chance, words)))}${all}.`;
}

function percent(part: number): string {
  return `${Number((100 * part).toPrecision(3))} %`;
}

function predictionSentence({ data, settings }: Run, cite: Cite): string {
  const flips = settings.testTimeAugmentation ? ' in four flips' : '';
  const weighting =
    data.models > 1 && settings.modelWeights === 'validation'
      ? ', each weighted by its Dice on the images that it had not seen'
      : '';
  const mean =
    data.models > 1 || settings.testTimeAugmentation ? 'averaging the softmax' : 'taking the softmax';
  return `Whole images were predicted from overlapping tiles${flips}, ${mean}${weighting}; the uncertainty of each pixel is the sum of its epistemic and aleatoric parts${cite(KWON)}.`;
}

function resultSentence({ data }: Run, { dice, diceDeviation }: TrainingSummary): string {
  if (dice === null) return '';
  const spread =
    diceDeviation === null ? '' : ` ± ${diceDeviation.toFixed(3)} (mean ± standard deviation of the images)`;
  const held = data.folds === data.models ? 'In cross-validation' : 'On held-out images';
  const seen = data.seenBefore
    ? ' The training before had learnt, or may have, from images that were held out here, so that this is likely higher than on new images.'
    : '';
  return `${held} the Dice coefficient was ${dice.toFixed(3)}${spread}.${seen}`;
}

function softwareSentence({ data }: Run): string {
  const { deepflash, onnxruntime, node } = data.software;
  return `Software: deepflash ${deepflash ?? ''}, ONNX Runtime ${onnxruntime ?? ''}, Node.js ${node ?? ''}.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
