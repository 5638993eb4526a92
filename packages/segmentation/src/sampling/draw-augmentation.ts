import type {
  Augmentation,
  AugmentationSettings,
  ElasticChange,
  GridDistortion,
  IlluminationGradient,
  NoiseChange,
} from './augmentation.js';
import type { RandomSource } from './random-source.js';

/** Where the random numbers for the changes of a tile come from. */
export interface AugmentationSources {
  /** For flips, rotation, gamma, brightness and contrast: as many numbers are taken whatever the settings. */
  readonly common: RandomSource;
  /** A source of its own for each other change, so that none alters what is drawn for another. */
  readonly of: (change: string) => RandomSource;
}

/** Draws the changes of one tile of so many channels. */
export function drawAugmentation(
  { common, of }: AugmentationSources,
  settings: AugmentationSettings,
  channels: number,
): Augmentation {
  const { gamma, brightness, contrast, zoom } = settings;
  const flipRows = common.next() < settings.flipsProbability && settings.flips;
  const flipColumns = common.next() < settings.flipsProbability && settings.flips;
  const turn = drawn(common, settings.rotationProbability, [0, settings.rotation], 0);
  return {
    flipRows,
    flipColumns,
    angle: (turn * Math.PI) / 180,
    gamma: drawn(common, settings.gammaProbability, gamma, 1),
    brightness: drawn(common, settings.brightnessProbability, [-brightness, brightness], 0),
    contrast: drawn(common, settings.contrastProbability, [1 - contrast, 1 + contrast], 1),
    // By the logarithm: twice as large as often as half as large.
    zoom: Math.exp(drawn(of('zoom'), settings.zoomProbability, [Math.log(zoom[0]), Math.log(zoom[1])], 0)),
    elastic: elasticChange(of('elastic'), settings),
    gridDistortion: gridDistortion(of('gridDistortion'), settings),
    clahe: claheLimit(of('clahe'), settings),
    blur: drawn(of('blur'), settings.blurProbability, [0, settings.blur], 0),
    illumination: illuminationGradient(of('illumination'), settings),
    noise: noiseChange(of('noise'), settings),
    droppedChannels: droppedChannels(of('channelDrop'), settings, channels),
  };
}

function drawn(
  random: RandomSource,
  probability: number,
  [lowest, highest]: readonly [number, number],
  otherwise: number,
): number {
  const changed = random.next() < probability;
  const value = lowest + random.next() * (highest - lowest);
  return changed ? value : otherwise;
}

function elasticChange(
  random: RandomSource,
  { elastic, elasticSpacing: spacing, elasticProbability }: AugmentationSettings,
): ElasticChange | null {
  if (elastic === 0 || random.next() >= elasticProbability) return null;
  return { reach: elastic * spacing, spacing, seed: seedFrom(random) };
}

function gridDistortion(
  random: RandomSource,
  { gridDistortion: limit, gridDistortionCells: cells, gridDistortionProbability }: AugmentationSettings,
): GridDistortion | null {
  if (limit === 0 || random.next() >= gridDistortionProbability) return null;
  const parts = (): number[] => {
    const sizes = Array.from({ length: cells }, () => 1 + limit * (2 * random.next() - 1));
    const sum = sizes.reduce((total, size) => total + size, 0);
    return sizes.map((size) => size / sum);
  };
  return { rows: parts(), columns: parts() };
}

function claheLimit(random: RandomSource, { clahe, claheProbability }: AugmentationSettings): number | null {
  if (clahe === 0 || random.next() >= claheProbability) return null;
  const lowest = Math.min(1, clahe);
  return lowest + random.next() * (clahe - lowest);
}

function illuminationGradient(
  random: RandomSource,
  { illumination, illuminationProbability }: AugmentationSettings,
): IlluminationGradient | null {
  if (illumination === 0 || random.next() >= illuminationProbability) return null;
  return { strength: random.next() * illumination, angle: random.next() * 2 * Math.PI };
}

function noiseChange(
  random: RandomSource,
  { noise, noiseProbability }: AugmentationSettings,
): NoiseChange | null {
  if (noise === 0 || random.next() >= noiseProbability) return null;
  return { strength: random.next() * noise, seed: seedFrom(random) };
}

/** Some channels by lot, at least one of all channels being left. */
function droppedChannels(
  random: RandomSource,
  { channelDrop, channelDropProbability }: AugmentationSettings,
  channels: number,
): number[] {
  const most = Math.min(channelDrop, channels - 1);
  if (most < 1 || random.next() >= channelDropProbability) return [];
  const count = 1 + Math.floor(random.next() * most);
  const left = Array.from({ length: channels }, (_, channel) => channel);
  return Array.from({ length: count }, () => left.splice(Math.floor(random.next() * left.length), 1))
    .flat()
    .sort((a, b) => a - b);
}

function seedFrom(random: RandomSource): number {
  return Math.floor(random.next() * 2 ** 32);
}
