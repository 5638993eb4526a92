/** Generated images, and the networks of a campaign: as small as they can be, for what is shown is the way around them. */
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { sampleImage } from 'deepflash';
import type { Place } from './place.js';

const SETTINGS = [
  'encoder=resnet18',
  'encoderDepth=3',
  'decoderChannels=32,16,8',
  'encoderWeights=none',
  'batchSize=1',
  'threads=1',
  'seed=1',
  'tileSize=64',
  'learningRate=0.001',
  'testTimeAugmentation=false',
];

/** Six images of cells with masks, to train on. */
function trainingImages({ at }: Place): string[] {
  if (!existsSync(at('images'))) {
    for (const folder of ['images', 'masks']) mkdirSync(at(folder));
    for (let number = 1; number <= 6; number++) {
      const { image, mask } = sampleImage({ number, size: 72 });
      writeFileSync(at('images', `cells-${number}.png`), encodePng(image));
      writeFileSync(at('masks', `cells-${number}.png`), encodePng(encodeMask(mask)));
    }
  }
  return ['--images', at('images'), '--masks', at('masks')];
}

/** The words that say what is trained, but where. */
export function training(place: Place, folds: number, steps: number, scale = 1): string[] {
  return [
    ...trainingImages(place),
    ...['--set', ...SETTINGS, `folds=${folds}`, `steps=${steps}`, `scale=${scale}`, 'validationEvery=3'],
  ];
}

/** A network to predict with, whatever it knows. */
export async function network(place: Place, scale = 1): Promise<string> {
  const run = place.at(`network-${scale}`);
  if (!existsSync(run)) await place.deepflash('train', '--out', run, ...training(place, 1, 2, scale));
  return run;
}

/** Small images by the number, each another one. */
export function manyImages({ at }: Place, count: number): string {
  mkdirSync(at('many'));
  for (let number = 1; number <= count; number++) {
    const name = `image-${String(number).padStart(5, '0')}.png`;
    writeFileSync(at('many', name), encodePng(sampleImage({ number, size: 24 }).image));
  }
  return at('many');
}

/** One image as often as is asked for. */
export function copies({ at }: Place, count: number): string {
  mkdirSync(at('copies'));
  const first = at('copies', 'image-000001.png');
  writeFileSync(first, encodePng(sampleImage({ number: 1, size: 24 }).image));
  for (let number = 2; number <= count; number++) {
    cpSync(first, at('copies', `image-${String(number).padStart(6, '0')}.png`));
  }
  return at('copies');
}

/** An image of so many pixels a side, in which a sample repeats itself. */
export function largeImage({ at }: Place, side: number): string {
  mkdirSync(at('large'));
  const { image } = sampleImage({ number: 1, size: 600 });
  const data = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    // Each copy a little brighter than the one before it, so that rows are not alike.
    const row = (y % 600) * 600;
    const more = Math.floor(y / 600);
    for (let x = 0; x < side; x++) {
      data[y * side + x] = Math.min(255, (image.data[row + (x % 600)] ?? 0) + more + Math.floor(x / 600));
    }
  }
  const picture = { width: side, height: side, channels: 1, dtype: 'uint8', data } as const;
  writeFileSync(join(at('large'), 'large.png'), encodePng(picture));
  return at('large');
}

export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}
