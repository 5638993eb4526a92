import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Planes } from '../sampling/planes.js';
import { predictImage } from './predict-image.js';
import type { PredictionOptions } from './prediction-options.js';
import { ALL_FLIPS } from './test-time-augmentation.js';
import type { TileModel } from './tile-model.js';

/** A network whose logits are the same in every pixel of every image. */
function constant(...logits: number[]): TileModel {
  return {
    async predict(_, [samples, , height, width]) {
      const pixels = height * width;
      const values = new Float32Array(samples * logits.length * pixels);
      return values.map((_, i) => logits[Math.floor(i / pixels) % logits.length] as number);
    },
  };
}

/** A network of two classes whose foreground logit is the pixel's own value. */
const pixelwise: TileModel = {
  async predict(batch, [samples, , height, width]) {
    const pixels = height * width;
    const values = new Float32Array(samples * 2 * pixels);
    for (let n = 0; n < samples; n++) {
      values.set(batch.subarray(n * pixels, (n + 1) * pixels), (2 * n + 1) * pixels);
    }
    return values;
  },
};

function ramp(height: number, width: number): Planes {
  const data = Float32Array.from({ length: height * width }, (_, i) => Math.sin(i * 1.7) * 3);
  return { channels: 1, height, width, data };
}

const options: PredictionOptions = {
  models: [pixelwise],
  classes: 2,
  tile: { height: 16, width: 16 },
  means: [0],
  stds: [1],
  scale: 1,
  borderPadding: 0.25,
  maxShift: 0.5,
  weighting: 'gaussian',
  augmentations: ALL_FLIPS,
  batchSize: 3,
};

describe('predictImage', () => {
  it('merges a constant answer to a constant, for any image and tile', async () => {
    const even = fc.integer({ min: 1, max: 12 }).map((half) => 2 * half);
    const side = fc.integer({ min: 1, max: 40 });
    const layout = fc.record({
      tile: fc.record({ height: even, width: even }),
      borderPadding: fc.constantFrom(0, 0.1, 0.25, 0.45),
      maxShift: fc.constantFrom(0.4, 0.5, 0.9, 1),
      scale: fc.constantFrom(0.5, 1, 1.3, 2),
      batchSize: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(side, side, layout, async (height, width, drawn) => {
        const models = [constant(0.3, 1.1, -0.4)];
        const got = await predictImage(ramp(height, width), { ...options, ...drawn, models, classes: 3 });
        const powers = [0.3, 1.1, -0.4].map(Math.exp);
        const expected = powers.map((p) => p / powers.reduce((a, b) => a + b));
        const differences = got.probabilities.map((p, i) =>
          Math.abs(p - (expected[Math.floor(i / (height * width))] as number)),
        );
        expect(differences.every((difference) => difference < 1e-5)).toBe(true);
        expect(got.mask.every((k) => k === 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('gives each pixel its own answer, also where the image is smaller than the tile', async () => {
    for (const [height, width] of [
      [3, 50],
      [1, 1],
      [70, 9],
    ] as const) {
      const planes = ramp(height, width);
      // A Gaussian window weighs the tile's outermost pixels, which come from their neighbours, with 1e-3.
      const got = await predictImage(planes, options);
      for (let i = 0; i < height * width; i++) {
        const own = 1 / (1 + Math.exp(-(planes.data[i] as number)));
        expect(Math.abs((got.probabilities[height * width + i] as number) - own)).toBeLessThan(5e-3);
      }
    }
  });

  it('has the greatest uncertainty where two models contradict each other', async () => {
    const models = [constant(50, -50), constant(-50, 50)];
    const got = await predictImage(ramp(20, 20), { ...options, models });
    expect(got.meanUncertainty).toBeCloseTo(1, 5);
  });

  it('has no score where nothing was predicted', async () => {
    const got = await predictImage(ramp(20, 20), { ...options, models: [constant(2, 0)] });
    expect(got.uncertaintyScore).toBeNull();
    expect(got.meanUncertainty).toBeGreaterThan(0);
  });

  it('takes logits that overflow an exponential and pixels that are no numbers', async () => {
    const planes = ramp(20, 20);
    planes.data[7] = Number.NaN;
    planes.data[8] = Number.POSITIVE_INFINITY;
    for (const models of [[pixelwise], [constant(3000, -3000)], [constant(-3000, 3000)]]) {
      const got = await predictImage(planes, { ...options, models });
      expect([...got.probabilities, ...got.uncertainty].every(Number.isFinite)).toBe(true);
    }
  });

  it('names the model that answers with no numbers', async () => {
    for (const broken of [constant(Number.NaN, 0), constant(Infinity, Infinity)]) {
      const attempt = predictImage(ramp(20, 20), { ...options, models: [pixelwise, broken] });
      await expect(attempt).rejects.toMatchObject({ name: 'ModelOutputError', model: 1 });
    }
    const three = { ...options, classes: 3, models: [constant(0, Number.NaN, 0)] };
    await expect(predictImage(ramp(20, 20), three)).rejects.toMatchObject({ name: 'ModelOutputError' });
  });

  it('names the model that answers with another number of classes', async () => {
    const attempt = predictImage(ramp(20, 20), { ...options, models: [constant(1, 2, 3)] });
    await expect(attempt).rejects.toThrow(/Model 1 .* 2 classes/);
  });

  it('refuses an image with another number of channels', async () => {
    await expect(predictImage({ ...ramp(4, 4), channels: 2 }, options)).rejects.toThrow(/1 channels.* has 2/);
  });

  it('reports every tile and stops when it is told to', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const onTile = (done: number, total: number): void => {
      seen.push(done);
      if (done === 5) controller.abort();
      expect(total).toBe(49);
    };
    const attempt = predictImage(ramp(40, 40), {
      ...options,
      batchSize: 4,
      signal: controller.signal,
      onTile,
    });
    await expect(attempt).rejects.toThrow(/abort/);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });
});
