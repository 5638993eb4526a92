import type { RandomSource } from './random-source.js';

/** Which changes training tiles undergo, and how strongly. Each is drawn anew for every tile. */
export interface AugmentationSettings {
  /** Mirror rows and columns, each in half of the tiles. */
  readonly flips: 'rows-and-columns' | 'none';
  /** Half of the tiles are turned by an angle between 0 and this many degrees. */
  readonly rotation: number;
  /** Half of the tiles get a gamma between these limits; [1, 1] for none. */
  readonly gamma: readonly [lowest: number, highest: number];
  /** Half of the tiles get brighter or darker by up to this part of the data set's range of values. */
  readonly brightness: number;
  /** Half of the tiles get their contrast changed by up to this part. */
  readonly contrast: number;
}

/** deepFlash2's defaults. */
export const DEFAULT_AUGMENTATION: AugmentationSettings = {
  flips: 'rows-and-columns',
  rotation: 360,
  gamma: [0.8, 1.2],
  brightness: 0,
  contrast: 0,
};

/** The changes of one tile. */
export interface Augmentation {
  readonly flipRows: boolean;
  readonly flipColumns: boolean;
  /** Angle of rotation in radians. */
  readonly angle: number;
  /** A value x, scaled to 0 to 1 over the data set's range, becomes contrast * x ^ gamma + brightness. */
  readonly gamma: number;
  readonly contrast: number;
  readonly brightness: number;
}

/** A tile as it is. */
export const NO_AUGMENTATION: Augmentation = {
  flipRows: false,
  flipColumns: false,
  angle: 0,
  gamma: 1,
  contrast: 1,
  brightness: 0,
};

/**
 * Draws the changes of one tile. Always takes the same number of numbers from the source, so other settings
 * do not change which tiles are drawn.
 */
export function drawAugmentation(random: RandomSource, settings: AugmentationSettings): Augmentation {
  const flips = settings.flips === 'rows-and-columns';
  const flipRows = random.next() < 0.5 && flips;
  const flipColumns = random.next() < 0.5 && flips;
  const turn = halfTheTime(random, 0, settings.rotation, 0);
  return {
    flipRows,
    flipColumns,
    angle: (turn * Math.PI) / 180,
    gamma: halfTheTime(random, ...settings.gamma, 1),
    brightness: halfTheTime(random, -settings.brightness, settings.brightness, 0),
    contrast: halfTheTime(random, 1 - settings.contrast, 1 + settings.contrast, 1),
  };
}

function halfTheTime(random: RandomSource, lowest: number, highest: number, otherwise: number): number {
  const changed = random.next() < 0.5;
  const value = lowest + random.next() * (highest - lowest);
  return changed ? value : otherwise;
}
