/**
 * What a training is set to where the settings leave it open, by rules that are told in words.
 *
 * Scale: an encoder reduces the image five times by half, and what it makes of a place depends on the middle of its
 * receptive field, some hundred pixels. Objects up to 96 pixels are seen whole at full detail; larger ones are reduced to
 * about 48, and those below 6 are enlarged, since after two reductions nothing would be left of them.
 * Tile: what most published trainings of such networks use, 256 pixels, and no more than the images have.
 * Batch: four such tiles, or more of smaller ones. Steps: until the images have been seen ten times.
 */
import type { ImageSides } from '@deepflash/segmentation';
import type { DataRecord } from '../data/record.js';

/** A value and the reason for it, a sentence. */
export interface Choice {
  readonly value: number;
  readonly reason: string;
}

/** Sizes in pixels of the image. */
const LARGEST_SEEN_WHOLE = 96;
const REDUCED_TO = 48;
const SMALLEST_SEEN = 6;
const REDUCTIONS = [1.5, 2, 3, 4, 6, 8, 12, 16];

export function chooseScale({ objects }: Pick<DataRecord, 'objects'>): Choice {
  if (objects === undefined || objects.count === 0) {
    return { value: 1, reason: 'The size of the objects is not known, so the network sees every pixel.' };
  }
  const size = Math.round(objects.size);
  const found = `Half of the ${objects.count} marked objects are wider than ${size} pixels`;
  if (objects.size > LARGEST_SEEN_WHOLE) {
    const wanted = objects.size / REDUCED_TO;
    const value = REDUCTIONS.findLast((factor) => factor <= wanted) ?? 2;
    return {
      value,
      reason: `${found}, more than a network sees at once, so images are reduced by ${value}, to about ${Math.round(size / value)}.`,
    };
  }
  if (objects.size < SMALLEST_SEEN) {
    return {
      value: 0.5,
      reason: `${found}, too few to be told apart, so images are enlarged to twice their size.`,
    };
  }
  return { value: 1, reason: `${found}, which a network sees whole at full detail.` };
}

const USUAL_TILE = 256;

/** @param sides what the architecture takes */
export function chooseTileSize(
  { items }: Pick<DataRecord, 'items'>,
  scale: number,
  { smallest, multipleOf }: ImageSides,
): Choice {
  const shorter = items.map(({ width, height }) => Math.min(width, height)).sort((a, b) => a - b);
  const typical = (shorter[Math.floor(shorter.length / 2)] ?? USUAL_TILE) / scale;
  // Tiles are multiples of 32 pixels whatever the network takes.
  const unit = Math.max(32, multipleOf);
  const fitting = Math.max(Math.ceil(typical / unit) * unit, Math.ceil(smallest / unit) * unit);
  if (fitting >= USUAL_TILE) {
    return {
      value: USUAL_TILE,
      reason: 'Tiles of 256 pixels show enough surroundings and fit into most memories.',
    };
  }
  return {
    value: fitting,
    reason: `The images are about ${Math.round(typical)} pixels wide or high as the network sees them, so larger tiles would show mirror images.`,
  };
}

const USUAL_BATCH = 4;
const LARGEST_BATCH = 16;

export function chooseBatchSize(tileSize: number): Choice {
  const value = Math.round(USUAL_BATCH * (USUAL_TILE / tileSize) ** 2);
  if (value <= USUAL_BATCH) {
    return {
      value: USUAL_BATCH,
      reason: 'Four tiles in a step steady the gradient and fit into most memories.',
    };
  }
  return {
    value: Math.min(value, LARGEST_BATCH),
    reason: `Tiles of ${tileSize} pixels are small, so a step takes more of them.`,
  };
}

const TIMES_SEEN = 10;
const FEWEST_STEPS = 300;
const MOST_STEPS = { processor: 1000, graphics: 2500 } as const;

/** @param pixels of all images that one network is trained on, as it sees them */
export function chooseSteps(
  pixels: number,
  tileSize: number,
  batchSize: number,
  machine: keyof typeof MOST_STEPS,
): Choice {
  const wanted = Math.round((TIMES_SEEN * pixels) / (tileSize ** 2 * batchSize));
  if (wanted < FEWEST_STEPS) {
    return {
      value: FEWEST_STEPS,
      reason: `Few images: ${FEWEST_STEPS} steps are the least that a network needs.`,
    };
  }
  const most = MOST_STEPS[machine];
  if (wanted > most) {
    const device = machine === 'processor' ? 'a processor' : 'a graphics card';
    return {
      value: most,
      reason: `More than ${most} steps on ${device} gain little for the time they take.`,
    };
  }
  return { value: wanted, reason: `So many steps show each network the images about ${TIMES_SEEN} times.` };
}
