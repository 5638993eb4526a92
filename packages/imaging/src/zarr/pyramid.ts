import { newSamples, type SampleArray, sampleTypeOf } from '../image.js';
import { openPictureArray } from './array.js';
import { AXES } from './multiscales.js';
import type { ZarrStore } from './store.js';
import { readWindow } from './window.js';
import type { WrittenLevel } from './write.js';

export interface PyramidOptions {
  readonly chunkSize: number;
  readonly content: 'intensities' | 'labels';
}

/**
 * Fills a level from the one above it, which has twice its width and height (or one less). Each chunk comes from
 * the four chunks above it, and from nothing where they were not written.
 */
export async function buildLevel(
  store: ZarrStore,
  above: WrittenLevel,
  level: WrittenLevel,
  { chunkSize, content }: PyramidOptions,
): Promise<void> {
  const source = await openPictureArray(store, 'the picture that is being written', above.path);
  for (const key of new Set([...above.chunks].map(halved))) {
    const [t = 0, c = 0, z = 0, row = 0, column = 0] = key.split('/').map(Number);
    const [x, y] = [column * chunkSize, row * chunkSize];
    const window = {
      x: 2 * x,
      y: 2 * y,
      width: Math.min(2 * chunkSize, above.width - 2 * x),
      height: Math.min(2 * chunkSize, above.height - 2 * y),
    };
    const samples = await readWindow(source, AXES, { ...window, channels: [c], slice: z, frame: t });
    await level.write([t, c, z], {
      x,
      y,
      width: Math.ceil(window.width / 2),
      height: Math.ceil(window.height / 2),
      data: halfSize(samples, window.width, window.height, content),
    });
  }
}

function halved(key: string): string {
  return key
    .split('/')
    .map((place, axis) => (axis < 3 ? place : Math.floor(Number(place) / 2)))
    .join('/');
}

/**
 * Half the width and height, rounded up: the mean of 2 x 2 intensities (of fewer at an odd edge), rounded for
 * integers, or the upper left one of 2 x 2 labels.
 */
export function halfSize(
  samples: SampleArray,
  width: number,
  height: number,
  content: PyramidOptions['content'],
): SampleArray {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const dtype = sampleTypeOf(samples);
  const half = newSamples(dtype, halfWidth * halfHeight);
  const at = (x: number, y: number) => samples[Math.min(y, height - 1) * width + Math.min(x, width - 1)] ?? 0;
  for (let y = 0, i = 0; y < halfHeight; y++) {
    for (let x = 0; x < halfWidth; x++, i++) {
      const first = at(2 * x, 2 * y);
      if (content === 'labels') {
        half[i] = first;
        continue;
      }
      // At an odd edge the last row or column counts twice, which leaves the mean of those that are there.
      const mean = (first + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)) / 4;
      half[i] = dtype === 'float32' ? mean : Math.round(mean);
    }
  }
  return half;
}
