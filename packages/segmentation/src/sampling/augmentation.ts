/** What is changed in one training tile, as plain numbers: the same numbers always give the same tile. */
import type { z } from 'zod';
import { augmentationSchema } from '../settings/augmentation.js';

/** Which changes training tiles undergo, how strongly and how often; each is drawn anew for every tile. */
export type AugmentationSettings = Readonly<z.output<typeof augmentationSchema>>;

/** What training tiles undergo where nothing else is said: deepFlash2's changes, and those that other microscopes call for. */
export const DEFAULT_AUGMENTATION: AugmentationSettings = augmentationSchema.parse({});

/** Changes that move pixels: they are done to the image and to what is to be learned from it alike. */
export interface SpatialChanges {
  readonly flipRows: boolean;
  readonly flipColumns: boolean;
  /** Angle of rotation in radians. */
  readonly angle: number;
  /** How much larger things become. */
  readonly zoom: number;
  readonly elastic: ElasticChange | null;
  readonly gridDistortion: GridDistortion | null;
}

/** A smooth random displacement of all pixels. */
export interface ElasticChange {
  /** How far a pixel moves at most along each axis, in pixels of the tile. */
  readonly reach: number;
  /** Distance of the points between which the displacement varies, in pixels of the tile. */
  readonly spacing: number;
  readonly seed: number;
}

/** The tile's rows and columns in groups of equal number, which show parts of different sizes. */
export interface GridDistortion {
  /** The part of the height that each group of rows shows; the sum is 1. */
  readonly rows: readonly number[];
  /** The part of the width that each group of columns shows; the sum is 1. */
  readonly columns: readonly number[];
}

/** Changes of the values of pixels where they are. */
export interface IntensityChanges {
  /** A value x, scaled to 0 to 1 over the data set's range, whose mean is m, becomes m + contrast * (x ^ gamma - m) + brightness. */
  readonly gamma: number;
  readonly contrast: number;
  readonly brightness: number;
  /** The clip limit of adaptive histogram equalisation; null: none is done. */
  readonly clahe: number | null;
  /** Standard deviation of the Gaussian that blurs, in pixels of the tile; 0: sharp. */
  readonly blur: number;
  readonly illumination: IlluminationGradient | null;
  readonly noise: NoiseChange | null;
  /** Channels that are emptied. */
  readonly droppedChannels: readonly number[];
}

/** Light that gets stronger along a direction. */
export interface IlluminationGradient {
  /** The part that it gains at the far end and lacks at the near end. */
  readonly strength: number;
  /** Direction in radians: 0 is to the right, a quarter turn is down. */
  readonly angle: number;
}

/** Gaussian noise, different in each pixel and channel. */
export interface NoiseChange {
  /** Its standard deviation, as a part of that of the data set. */
  readonly strength: number;
  readonly seed: number;
}

/** The changes of one tile. */
export interface Augmentation extends SpatialChanges, IntensityChanges {}

/** A tile as it is. */
export const NO_AUGMENTATION: Augmentation = {
  flipRows: false,
  flipColumns: false,
  angle: 0,
  zoom: 1,
  elastic: null,
  gridDistortion: null,
  gamma: 1,
  contrast: 1,
  brightness: 0,
  clahe: null,
  blur: 0,
  illumination: null,
  noise: null,
  droppedChannels: [],
};

/** The same changes without those of values: what has to happen to masks and probabilities. */
export function spatialPart(changes: Augmentation): Augmentation {
  const { flipRows, flipColumns, angle, zoom, elastic, gridDistortion } = changes;
  return { ...NO_AUGMENTATION, flipRows, flipColumns, angle, zoom, elastic, gridDistortion };
}
