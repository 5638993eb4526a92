/** A training in the page: the engine, losses, sampling and schedule are those of the command line. */
import { encodeSafetensors, networkWeights, type Runtime, type Tensor } from '@deepflash/engine';
import { toDisplay } from '@deepflash/imaging';
import {
  augmentationSchema,
  type ChannelStatistics,
  channelStatistics,
  decodeCheckpoint,
  encodeTrainedModel,
  type LabelledImage,
  openModel,
  parseSettings,
  predictWithModels,
  type StartingWeights,
  type TrainingPlan,
  trainFold,
} from '@deepflash/segmentation';
import { PageError } from './explain.ts';
import type { PageSettings, Reply, Shown } from './messages.ts';
import type { TrainingData } from './training-data.ts';

/** How often the network so far is measured and shown, but not more often than every so many steps. */
const PREVIEWS = 5;
const FEWEST_BETWEEN = 5;
/** The largest side, in tiles, of what is predicted of an image for that. */
const SEEN_TILES = 2;

/** A training as it is asked for. */
export interface PageTraining {
  readonly data: TrainingData;
  readonly settings: PageSettings;
  /** Weights of an encoder to start from; without them it starts from random ones. */
  readonly initial?: StartingWeights;
}

/**
 * Trains a U-Net on the images and replies with its losses, previews and the model.
 *
 * @param signal when aborted, the step in progress is finished and the model so far is kept
 */
export async function trainInPage(
  runtime: Runtime,
  { data, settings, initial }: PageTraining,
  signal: AbortSignal,
  reply: (message: Reply) => void,
): Promise<void> {
  const { statistics } = data;
  const start = initial === undefined ? {} : { initial };
  const plan = planOf(data, settings);
  const last = data.images.length - 1;
  const heldOut = settings.heldOut && last > 0;
  const seen = middleOf(data, heldOut ? last : 0, SEEN_TILES * plan.tileSize);
  const modelOf = (weights: ReadonlyMap<string, Tensor>): Uint8Array =>
    encodeTrainedModel({ plan, statistics, ...start }, weights);
  const show = async (step: number, model: Uint8Array): Promise<void> => {
    const opened = await openModel(runtime, model);
    try {
      const { planes, statistics } = seen.image;
      const { mask } = await predictWithModels(planes, [opened], { augmentation: 'none', statistics });
      reply({ kind: 'preview', step, image: seen.image.name, shown: seen.shown, mask });
    } finally {
      await opened.dispose();
    }
  };

  let kept: { readonly step: number; readonly weights: ReadonlyMap<string, Tensor> } | null = null;
  const result = await trainFold({
    ...{ runtime, plan, statistics, signal, ...start },
    fold: 1,
    training: heldOut ? data.images.slice(0, -1) : data.images,
    validation: heldOut ? [seen.image] : [],
    onEvent(event) {
      if (event.type === 'step') {
        const { step, steps, loss, seconds } = event;
        reply({ kind: 'step', step, steps, loss, seconds });
      }
      if (event.type === 'metric') reply({ kind: 'dice', step: event.step, dice: event.dice });
    },
    async onCheckpoint(bytes) {
      const { step, state } = decodeCheckpoint(bytes);
      kept = { step, weights: networkWeights(state) };
      if (!signal.aborted) await show(step, modelOf(kept.weights));
    },
  });
  if (result.model !== null && result.weights !== null) {
    await show(result.steps, result.model);
    reply({
      kind: 'trained',
      steps: result.steps,
      dice: result.dice,
      model: result.model,
      weights: result.weights,
    });
    return;
  }
  const stopped = kept as { readonly step: number; readonly weights: ReadonlyMap<string, Tensor> } | null;
  if (stopped === null) throw new PageError('The training was stopped before its first step.');
  const model = modelOf(stopped.weights);
  await show(stopped.step, model);
  reply({
    kind: 'trained',
    steps: stopped.step,
    dice: null,
    model,
    weights: encodeSafetensors(stopped.weights),
  });
}

function planOf({ classValues }: TrainingData, page: PageSettings): TrainingPlan {
  const { heldOut: _, ...given } = page;
  const settings = parseSettings({ ...given, architecture: 'Unet', scale: 1 });
  return {
    ...settings,
    ...{ encoder: page.encoder, tileSize: page.tileSize, batchSize: page.batchSize },
    ...{ steps: page.steps, learningRate: page.learningRate, scale: 1 },
    ...{ classes: classValues.length, classValues },
    validationEvery: Math.max(FEWEST_BETWEEN, Math.ceil(page.steps / PREVIEWS)),
    augmentation: augmentationSchema.parse(settings),
  };
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The middle of an image, up to so many pixels a side: as it is learned from, and for the eye. */
function middleOf(
  { images, pictures }: TrainingData,
  index: number,
  side: number,
): { readonly image: LabelledImage & { readonly statistics: ChannelStatistics }; readonly shown: Shown } {
  const image = images[index] ?? images[0];
  const picture = pictures[index] ?? pictures[0];
  if (picture === undefined) throw new PageError('There is no image to show.');
  const { width, height } = picture;
  const area: Area = {
    x: Math.max(0, Math.floor((width - side) / 2)),
    y: Math.max(0, Math.floor((height - side) / 2)),
    width: Math.min(side, width),
    height: Math.min(side, height),
  };
  const size = { width: area.width, height: area.height };
  const { planes, mask } = image;
  // The part is normalised as the image is of which it is one.
  const gathered = channelStatistics();
  gathered.add(planes);
  const display = toDisplay(picture);
  const pixels = width * height;
  const data = new Float32Array(planes.channels * size.width * size.height);
  for (let channel = 0; channel < planes.channels; channel++) {
    const plane = planes.data.subarray(channel * pixels, (channel + 1) * pixels);
    data.set(rows(plane, width, area, 1), channel * size.width * size.height);
  }
  return {
    image: {
      name: image.name,
      planes: { ...size, channels: planes.channels, data },
      statistics: gathered.result(),
      mask: { ...size, classes: mask.classes, data: Uint8Array.from(rows(mask.data, width, area, 1)) },
    },
    shown: {
      ...{ ...size, channels: display.channels },
      data: Uint8Array.from(rows(display.data, width, area, display.channels)),
    },
  };
}

/** A part of an image of so many pixels a row, and numbers a pixel. */
function rows(data: ArrayLike<number>, width: number, area: Area, step: number): Float32Array {
  const row = area.width * step;
  return Float32Array.from({ length: row * area.height }, (_, i) => {
    const y = area.y + Math.floor(i / row);
    return data[(y * width + area.x) * step + (i % row)] ?? 0;
  });
}
