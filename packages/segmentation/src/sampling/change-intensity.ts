import { createRandom } from '@deepflash/engine';
import type { IntensityChanges } from './augmentation.js';
import { equalizeAdaptively } from './clahe.js';
import { blurPlane } from './gaussian-blur.js';
import { lightUnevenly } from './illumination.js';
import { adjustIntensity, type ChannelIntensity } from './intensity.js';

/** One channel of a tile. */
export interface TilePlane {
  readonly height: number;
  readonly width: number;
  /** The number of the channel, from 0. */
  readonly channel: number;
  readonly data: Float32Array;
}

/**
 * Changes the raw values of a tile in place and normalises them. The order is that of taking a picture: what blurs it and
 * how it is lit, then how it is developed, and noise at last, in the unit of the normalised values. An emptied channel is
 * 0 everywhere, the mean.
 */
export function changeIntensity(
  plane: TilePlane,
  intensity: ChannelIntensity,
  changes: IntensityChanges,
): void {
  const { blur, illumination, clahe, noise, droppedChannels } = changes;
  if (droppedChannels.includes(plane.channel)) {
    plane.data.fill(0);
    return;
  }
  if (blur > 0) blurPlane(plane, blur);
  if (illumination) lightUnevenly(plane, illumination, intensity.minimum);
  if (clahe !== null) equalizeAdaptively(plane, clahe);
  adjustIntensity(plane.data, intensity, changes);
  if (noise) addNoise(plane, noise.strength, noise.seed);
}

function addNoise({ channel, data }: TilePlane, strength: number, seed: number): void {
  const random = createRandom('noise', seed, channel);
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + strength * random.normal();
}
