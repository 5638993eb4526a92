import type { LabelImage } from '@deepflash/imaging';
import type { LossName } from '../losses/names.js';
import type { LossParameters } from '../losses/parameters.js';
import type { NetworkOptions } from '../networks/network.js';
import type { AugmentationSettings } from '../sampling/augmentation.js';
import type { ClassMask, Planes } from '../sampling/planes.js';
import type { ChannelStatistics } from '../sampling/statistics.js';
import type { ScheduleName } from '../schedules/schedule.js';
import type { Settings } from '../settings/schema.js';
import type { OptimizerName, OptimizerParameters } from './optimizer.js';

/** An image with the class of each of its pixels. */
export interface LabelledImage {
  readonly name: string;
  readonly planes: Planes;
  readonly mask: ClassMask;
  /** Its numbered objects, where its mask numbers them. */
  readonly objects?: LabelImage;
  /** What a second head is to say of it, see `separationTargets`. Default: made when it is first needed. */
  readonly separation?: Planes;
  /** The probability of each class by a consensus, [classes, H, W], to learn instead of the mask. */
  readonly probabilities?: Planes;
  /** The masks of several experts: each training tile takes one of them at random instead of the mask. */
  readonly experts?: readonly ClassMask[];
  /** Of the whole image, where this is a part of one: what is normalised by its image is by these. Default: its own. */
  readonly statistics?: ChannelStatistics;
}

/** All that decides how one network is trained, but for the images. */
export interface TrainingPlan
  extends Omit<NetworkOptions, 'mode'>,
    OptimizerParameters,
    Partial<LossParameters> {
  /** Side of the tiles in pixels of the scaled image, a multiple of 32. */
  readonly tileSize: number;
  /** Pixels of the image for one pixel of a tile. */
  readonly scale: number;
  readonly batchSize: number;
  /** Whether tiles are normalised by the statistics given or by those of their own image. Default: dataset. */
  readonly normalisation?: 'dataset' | 'image';
  readonly steps: number;
  /** The highest of the schedule. */
  readonly learningRate: number;
  /** How it goes along the training. Default: one-cycle. */
  readonly schedule?: ScheduleName;
  /** For fine-tune: the part of the steps in which the encoder does not learn. Default: 0.2. */
  readonly frozenPart?: number;
  /** Ends the training after so many validations without a better Dice; null, the default: never. */
  readonly patience?: number | null;
  /** Which weights are kept: the best on the validation images, the default, or the last. */
  readonly keep?: 'best' | 'last';
  readonly optimizer: OptimizerName;
  /** Momentum at the start and the end of the schedule; 0.1 less where the learning rate is highest. Default: 0.95. */
  readonly momentum?: number;
  /** Largest norm of all gradients together; null: no limit. */
  readonly gradientClip: number | null;
  /** Decay of the moving average of the weights that is validated and kept; null, the default: no average. */
  readonly emaDecay?: number | null;
  readonly loss: LossName;
  /** How much each class counts; null, the default: all the same. */
  readonly classWeights?: readonly number[] | null;
  readonly augmentation: AugmentationSettings;
  readonly seed: number;
  /** Steps between two validations. */
  readonly validationEvery: number;
  /** Mask value of each class, kept in the model file. */
  readonly classValues: readonly number[];
  /** Which parts of the image files the images are, kept in the model file. */
  readonly selection?: Pick<Settings, 'channels' | 'z' | 'time'>;
}

export type TrainingEvent =
  | {
      readonly type: 'started';
      readonly fold: number;
      readonly steps: number;
      readonly step: number;
      readonly parameters: number;
    }
  | {
      readonly type: 'step';
      readonly fold: number;
      /** Steps done, this one included. */
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly seconds: number;
      /** Seconds of these until the tiles of the step were there. */
      readonly waited: number;
    }
  | {
      readonly type: 'metric';
      readonly fold: number;
      readonly step: number;
      /** Mean Dice over the validation images. */
      readonly dice: number;
      readonly best: boolean;
    }
  | {
      readonly type: 'finished';
      readonly fold: number;
      readonly steps: number;
      readonly dice: number | null;
      readonly seconds: number;
    };
