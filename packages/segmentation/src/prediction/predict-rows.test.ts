import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Planes } from '../sampling/planes.js';
import { type PlaneRows, rowsOf } from './plane-rows.js';
import { predictImage } from './predict-image.js';
import { finishedRows, predictRows } from './predict-rows.js';
import type { PredictedRows } from './predicted-rows.js';
import type { PredictionOptions } from './prediction-options.js';
import { bilinearRows, resizeBilinear } from './resize.js';
import { ALL_FLIPS } from './test-time-augmentation.js';

/** The logit of the second class is the normalised value of the pixel. */
const options: PredictionOptions = {
  models: [
    {
      async predict(batch, [samples, , height, width]) {
        const pixels = height * width;
        const out = new Float32Array(2 * samples * pixels);
        for (let n = 0; n < samples; n++) {
          out.set(batch.subarray(n * pixels, (n + 1) * pixels), (2 * n + 1) * pixels);
        }
        return out;
      },
    },
  ],
  classes: 2,
  means: [0],
  stds: [1],
  tile: { height: 16, width: 16 },
  scale: 1,
  borderPadding: 0.25,
  maxShift: 0.5,
  weighting: 'gaussian',
  augmentations: ALL_FLIPS,
  batchSize: 3,
};

function waves(height: number, width: number): Planes {
  const data = Float32Array.from({ length: height * width }, (_, i) => 3 * Math.sin(i * 0.37));
  return { channels: 1, height, width, data };
}

it('hands on each row once, from the top, and reads no more of the image at once than a tile needs', async () => {
  const sides = fc.integer({ min: 1, max: 90 });
  await fc.assert(
    fc.asyncProperty(sides, sides, fc.constantFrom(0.5, 1, 2, 3), async (height, width, scale) => {
      const planes = waves(height, width);
      const whole = await predictImage(planes, { ...options, scale });
      const image: PlaneRows = {
        ...{ channels: 1, height, width },
        async readRows(first, count) {
          expect(count).toBeLessThanOrEqual(16 * scale + 2);
          const data = planes.data.slice(first * width, (first + count) * width);
          return { channels: 1, height: count, width, data };
        },
      };
      let next = 0;
      await predictRows(image, { ...options, scale }, async ({ first, count, mask, uncertainty }) => {
        expect(first).toBe(next);
        expect(count).toBeGreaterThan(0);
        next += count;
        const part = <T extends Uint8Array | Float32Array>(all: T) =>
          all.subarray(first * width, next * width);
        expect(mask).toEqual(part(whole.mask));
        expect(uncertainty).toEqual(part(whole.uncertainty));
      });
      expect(next).toBe(height);
    }),
    { numRuns: 60 },
  );
});

it('hands on in bands the very parts of the whole, at the rows that were said', async () => {
  const sides = fc.integer({ min: 1, max: 120 });
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      ...([sides, fc.integer({ min: 1, max: 24 }), fc.constantFrom(0.5, 1, 1.7, 3), cuts] as const),
      async (height, width, scale, places) => {
        const image = rowsOf(waves(height, width));
        const parts = async (first: number, end: number): Promise<PredictedRows[]> => {
          const found: PredictedRows[] = [];
          const tileRows = { first, end };
          await predictRows(image, { ...options, scale, tileRows }, (rows) => void found.push(rows));
          return found;
        };
        const edges = finishedRows(height, { ...options, scale });
        const count = edges.length - 1;
        const whole = await parts(0, count);
        const starts = new Set([0, ...places.map((place) => Math.floor(place * count)), count]);
        const ends = [...starts].sort((a, b) => a - b);
        const bands: PredictedRows[] = [];
        for (const [index, end] of ends.slice(1).entries()) {
          const first = ends[index] ?? 0;
          const band = await parts(first, end);
          expect(band.reduce((sum, rows) => sum + rows.count, 0)).toBe(
            (edges[end] ?? 0) - (edges[first] ?? 0),
          );
          bands.push(...band);
        }
        expect(bands).toEqual(whole);
        expect(edges.at(-1)).toBe(height);
      },
    ),
    { numRuns: 40 },
  );
});

it('waits for whoever takes the rows', async () => {
  const height = 60;
  /** For each part that was handed on, what lets it go. */
  const held: (() => void)[] = [];
  const prediction = predictRows(
    rowsOf(waves(height, 20)),
    options,
    () => new Promise<void>((release) => held.push(release)),
  );
  const parts = finishedRows(height, options).length - 1;
  expect(parts).toBeGreaterThan(2);
  for (let part = 1; part <= parts; part++) {
    await allElseDone();
    expect(held).toHaveLength(part);
    held.at(-1)?.();
  }
  await prediction;
  expect(held).toHaveLength(parts);
});

/** All that goes on by itself has gone on: a turn of the event loop comes when no promise can be kept any more. */
function allElseDone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

it('resizes in parts as in one piece', () => {
  const sides = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(sides, sides, fc.integer({ min: 1, max: 9 }), (fromHeight, toHeight, step) => {
      const [from, to] = [
        { height: fromHeight, width: 5 },
        { height: toHeight, width: 7 },
      ];
      const { data } = waves(fromHeight, 5);
      const whole = resizeBilinear(data, 1, from, to);
      const resizer = bilinearRows(from, to);
      let done = 0;
      for (let end = Math.min(step, fromHeight); done < toHeight; end = Math.min(end + step, fromHeight)) {
        const ready = resizer.ready(end);
        const first = resizer.firstNeeded(done);
        const source = { data: data.slice(first * 5, end * 5), first, count: end - first };
        expect(resizer.rows(source, 1, done, ready)).toEqual(whole.slice(done * 7, ready * 7));
        done = ready;
      }
    }),
  );
});
