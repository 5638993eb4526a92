/** The training of one network: from labelled images to a model file. */
import { createTrainingSession, encodeSafetensors, type Runtime, type Tensor } from '@deepflash/engine';
import { encodeModelFile, type ModelDescription } from '../models/model-file.js';
import { networkShape } from '../networks/network.js';
import type { ChannelStatistics } from '../sampling/statistics.js';
import { scheduleOf } from '../schedules/schedule.js';
import type { WeightsOrigin } from '../weights/origin.js';
import { type BestWeights, type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { type LossCourse, NO_LOSSES, watchLoss } from './divergence.js';
import { optimizerOf } from './optimizer.js';
import type { LabelledImage, TrainingEvent, TrainingPlan } from './plan.js';
import { lossGraph } from './step-graph.js';
import { type TargetKind, targetKindOf } from './targets.js';
import { type OpenTiles, type TileSource, tilesInThread } from './tile-source.js';
import { validationDice } from './validate.js';

export interface TrainFoldOptions {
  readonly runtime: Runtime;
  readonly plan: TrainingPlan;
  /** Of all training images: inputs are normalised by them. */
  readonly statistics: ChannelStatistics;
  /** Number of the fold, from 1: another fold draws other tiles and starts from other weights. */
  readonly fold: number;
  readonly training: readonly LabelledImage[];
  /** Images that the network does not see. With none, the last weights are kept instead of the best. */
  readonly validation: readonly LabelledImage[];
  /** A checkpoint of this same training, to go on from. */
  readonly resume?: Uint8Array;
  /** Weights to start from instead of random ones, for all of the network or a part. */
  readonly initial?: StartingWeights;
  /** Where the batches are made. Default: in this thread, when their steps begin. */
  readonly tiles?: OpenTiles;
  /** When aborted, the step in progress is finished and a checkpoint handed out. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
  readonly onCheckpoint: (bytes: Uint8Array) => Promise<void>;
  /** A checkpoint is handed out with each validation, and when so many seconds have gone by without one. Default 120. */
  readonly checkpointSeconds?: number;
  /** Told what each validation predicts of each validation image, before the event of its Dice. */
  readonly onValidation?: (prediction: ValidationPrediction) => Promise<void>;
}

export interface ValidationPrediction {
  /** Steps done. */
  readonly step: number;
  readonly image: LabelledImage;
  /** The class of each pixel [H, W]. */
  readonly mask: Uint8Array;
}

export interface StartingWeights {
  /** By the network's names. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Kept in the model file. */
  readonly origin: WeightsOrigin;
}

export interface TrainedFold {
  /** All steps were done. Otherwise the rest is null. */
  readonly finished: boolean;
  /** Weights by PyTorch's names, as safetensors. */
  readonly weights: Uint8Array | null;
  /** The model file. */
  readonly model: Uint8Array | null;
  /** Mean Dice over the validation images with the weights that were kept; null without validation images. */
  readonly dice: number | null;
  readonly steps: number;
  readonly secondsPerStep: number;
}

/**
 * Trains one network by its schedule, validating on whole images on the way.
 *
 * The result depends on the options alone: the same call gives the same weights bit for bit on the same machine,
 * whether or not it was interrupted and resumed.
 *
 * @throws SettingsError for a loss that is not defined for the images' targets, TrainingDivergedError, StateError for a checkpoint of another network, SafetensorsError for a damaged one.
 */
export async function trainFold(options: TrainFoldOptions): Promise<TrainedFold> {
  const { plan, statistics, fold, training, resume, tiles: openTiles = tilesInThread } = options;
  const kind = targetKindOf(training);
  const earlier = resume ? decodeCheckpoint(resume) : null;
  // Before the session is made, so that other threads have the first batches when it is there.
  const tiles = openTiles({ plan, training, statistics, fold, kind, firstStep: earlier?.step ?? 0 });
  try {
    return await trainOn(tiles, options, { kind, earlier });
  } finally {
    await tiles.close();
  }
}

async function trainOn(
  tiles: TileSource,
  options: TrainFoldOptions,
  { kind, earlier }: { readonly kind: TargetKind; readonly earlier: Checkpoint | null },
): Promise<TrainedFold> {
  const { runtime, plan, statistics, fold, validation, signal, onEvent, onCheckpoint } = options;
  const { checkpointSeconds = 120 } = options;
  const { graph, loss } = lossGraph(plan, statistics.means.length, kind);
  const { momentum = 0.95, emaDecay = null, schedule: course = 'one-cycle', frozenPart = 0.2 } = plan;
  const session = await createTrainingSession(runtime, graph, {
    loss,
    optimizer: optimizerOf(plan),
    seed: `${plan.seed}/${fold}`,
    ...(plan.gradientClip === null ? {} : { clipNorm: plan.gradientClip }),
    ...(emaDecay === null ? {} : { averageDecay: emaDecay }),
    ...(course === 'fine-tune' ? { slow: (name: string) => name.startsWith('encoder.') } : {}),
  });
  try {
    if (options.initial) session.load(options.initial.weights, 'present');
    if (earlier) session.load(earlier.state, 'all');
    let best: BestWeights | null = earlier?.best ?? null;
    let seconds = earlier?.seconds ?? 0;
    let step = earlier?.step ?? 0;
    let losses: LossCourse | null = earlier === null ? NO_LOSSES : earlier.losses;
    const schedule = scheduleOf({ ...plan, schedule: course, momentum, frozenPart });
    const parameters = graph.variables.filter(({ kind }) => kind === 'parameter').length;
    onEvent({ type: 'started', fold, step, steps: plan.steps, parameters });

    let last = best?.step === step ? best.dice : null;
    let kept = performance.now();
    while (step < plan.steps && !isOut(plan, best, step)) {
      const start = performance.now();
      const { encoderFactor, ...rates } = schedule(step);
      const hyperparameters = { ...rates, slowFactor: encoderFactor };
      const batch = await tiles.next(step);
      const waited = (performance.now() - start) / 1000;
      const result = await session.step(batch, hyperparameters);
      step += 1;
      const taken = (performance.now() - start) / 1000;
      seconds += taken;
      losses = watchLoss(losses, { step, loss: result.loss, learningRate: plan.learningRate });
      const { learningRate } = hyperparameters;
      const times = { seconds: taken, waited };
      onEvent({ type: 'step', fold, step, steps: plan.steps, ...result, learningRate, ...times });

      const due = step % plan.validationEvery === 0 || step === plan.steps;
      if (due) await session.refresh();
      if (due && validation.length > 0) {
        const weights = session.weights();
        const dice = await validationDice(
          runtime,
          encodeTrainedModel(options, weights),
          validation,
          async (image, mask) => options.onValidation?.({ step, image, mask }),
        );
        last = dice;
        const better = best === null || dice > best.dice;
        if (better) best = { dice, step, weights: copied(weights) };
        onEvent({ type: 'metric', fold, step, dice, best: better });
      }
      // Lets messages in, an abort among them: a step blocks the thread.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const open = step < plan.steps && !isOut(plan, best, step);
      const isOverdue = performance.now() - kept >= 1000 * checkpointSeconds;
      if (open && (due || isOverdue || signal.aborted)) {
        await session.refresh();
        await onCheckpoint(encodeCheckpoint({ step, seconds, state: session.state(), best, losses }));
        kept = performance.now();
      }
      if (signal.aborted && open) {
        return {
          finished: false,
          weights: null,
          model: null,
          dice: null,
          steps: step,
          secondsPerStep: seconds / step,
        };
      }
    }
    const final = (plan.keep === 'last' ? undefined : best?.weights) ?? session.weights();
    const dice = plan.keep === 'last' ? last : (best?.dice ?? null);
    onEvent({ type: 'finished', fold, steps: step, dice, seconds });
    return {
      finished: true,
      weights: encodeSafetensors(final),
      model: encodeTrainedModel(options, final),
      dice,
      steps: step,
      secondsPerStep: seconds / step,
    };
  } finally {
    await session.dispose();
  }
}

/**
 * Whether a training ends early, as no validation has been better for so long. One that has found nothing yet, as most do at
 * first, has not begun to be good.
 */
function isOut(
  { patience = null, validationEvery }: TrainingPlan,
  best: BestWeights | null,
  step: number,
): boolean {
  if (patience === null || best === null || best.dice === 0) return false;
  return step - best.step >= patience * validationEvery;
}

function copied(weights: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
  return new Map(
    [...weights].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as Tensor]),
  );
}

/** The model file of weights that a training with these options has come to. */
export function encodeTrainedModel(
  { plan, statistics, initial }: Pick<TrainFoldOptions, 'plan' | 'statistics' | 'initial'>,
  weights: ReadonlyMap<string, Tensor>,
): Uint8Array {
  const network = networkShape(plan);
  const { classes, tileSize, scale, classValues, selection, normalisation } = plan;
  const { separation = 'none' } = plan;
  const description: ModelDescription = {
    schemaVersion: 1,
    ...network,
    classes,
    channels: statistics.means.length,
    tileSize,
    scale,
    means: [...statistics.means],
    stds: [...statistics.stds],
    classValues: [...classValues],
    ...(normalisation === 'image' ? { normalisation } : {}),
    ...(separation === 'none' ? {} : { separation }),
    ...(initial === undefined ? {} : { startedFrom: initial.origin }),
    ...(selection === undefined ? {} : { selection }),
  };
  return encodeModelFile({ ...network, classes }, description, weights);
}
