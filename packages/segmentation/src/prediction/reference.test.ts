import { readFileSync } from 'node:fs';
import { add, convolve, createEvaluator, float32, Graph, type Value } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Planes } from '../sampling/planes.js';
import { ensembleGraph } from './ensemble-graph.js';
import { predictImage } from './predict-image.js';
import type { PredictionOptions } from './prediction-options.js';
import { ALL_FLIPS } from './test-time-augmentation.js';
import type { TileModel } from './tile-model.js';
import { tileCentres } from './tiles.js';
import { uncertainty } from './uncertainty.js';

/** One setting of InferenceEnsemble of deepFlash2 0.2.4 and what it returned. */
interface ReferenceCase {
  use_tta: boolean;
  use_gaussian: boolean;
  max_tile_shift: number;
  border_padding_factor: number;
  scale: number;
  tile_centers: [number, number][];
  foreground_pixels: number;
  softmax_foreground: number[];
  uncertainty: number[];
  uncertainty_mean: number;
  uncertainty_score: number;
}

const reference: { cases: ReferenceCase[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/ensemble-prediction.json', import.meta.url), 'utf8'),
);

/** The listed softmax and uncertainty values belong to every 198th pixel (the file says 197). */
const EVERY = 198;
const HEIGHT = 150;
const WIDTH = 131;
const TILE = 64;

/** The deterministic numbers from which the reference's image and networks were made. */
function u(i: number, t: number): number {
  const x = Math.sin(i * 12.9898 + t * 78.233) * 43758.5453;
  return x - Math.floor(x);
}

function convolutionNumbers(t: number): { readonly weight: number[]; readonly bias: number[] } {
  return {
    weight: Array.from({ length: 18 }, (_, i) => Math.fround((2 * u(i, t) - 1) * 1.2)),
    bias: Array.from({ length: 2 }, (_, i) => Math.fround(0.1 * (2 * u(i, t + 1) - 1))),
  };
}

/** A 3x3 convolution from one channel to two, with a border of zeros. */
function convolution(t: number): TileModel {
  const { weight, bias } = convolutionNumbers(t);
  return {
    async predict(batch, [samples, , height, width]) {
      const out = new Float32Array(samples * 2 * height * width);
      for (let target = 0; target < out.length; target++) {
        const x = target % width;
        const y = Math.floor(target / width) % height;
        const k = Math.floor(target / (width * height)) % 2;
        const n = Math.floor(target / (2 * width * height));
        let sum = bias[k] as number;
        for (let tap = 0; tap < 9; tap++) {
          const row = y + Math.floor(tap / 3) - 1;
          const column = x + (tap % 3) - 1;
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          sum += (weight[k * 9 + tap] as number) * (batch[(n * height + row) * width + column] as number);
        }
        out[target] = sum;
      }
      return out;
    },
  };
}

const image: Planes = {
  channels: 1,
  height: HEIGHT,
  width: WIDTH,
  data: Float32Array.from({ length: HEIGHT * WIDTH }, (_, i) => 255 * u(i, 3000)),
};

function optionsOf(c: ReferenceCase): PredictionOptions {
  return {
    models: [convolution(3100), convolution(3200)],
    classes: 2,
    tile: { height: TILE, width: TILE },
    means: [120],
    stds: [70],
    scale: c.scale,
    borderPadding: c.border_padding_factor,
    maxShift: c.max_tile_shift,
    weighting: c.use_gaussian ? 'gaussian' : 'uniform',
    augmentations: c.use_tta ? ALL_FLIPS : ['none'],
    batchSize: 6,
  };
}

function largestDifference(expected: number[], got: Float32Array): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - (got[i * EVERY] as number))));
}

describe.each(reference.cases)(
  'deepFlash2: flips $use_tta, Gaussian $use_gaussian, shift $max_tile_shift, padding $border_padding_factor, scale $scale',
  (c) => {
    it('has the same tile centres', () => {
      const rows = tileCentres(Math.trunc(HEIGHT / c.scale), TILE, optionsOf(c));
      const columns = tileCentres(Math.trunc(WIDTH / c.scale), TILE, optionsOf(c));
      expect(columns.flatMap((column) => rows.map((row) => [row, column]))).toEqual(c.tile_centers);
    });

    it('has the same probabilities, mask and uncertainty', async () => {
      const got = await predictImage(image, optionsOf(c));
      const foreground = got.probabilities.subarray(HEIGHT * WIDTH);
      expect(largestDifference(c.softmax_foreground, foreground)).toBeLessThan(2e-6);
      expect(largestDifference(c.uncertainty, got.uncertainty)).toBeLessThan(2e-6);
      expect(got.mask.filter((k) => k === 1)).toHaveLength(c.foreground_pixels);
      expect(got.meanUncertainty).toBeCloseTo(c.uncertainty_mean, 6);
      expect(got.uncertaintyScore).toBeCloseTo(c.uncertainty_score, 6);
    });
  },
);

describe('the same ensemble as one graph', () => {
  const graph = new Graph();
  const raw = graph.input('images', [1, 1, TILE, TILE]);
  const network = (t: number) => (images: Value) => {
    const { weight, bias } = convolutionNumbers(t);
    const [w, b] = [float32([2, 1, 3, 3], weight), float32([1, 2, 1, 1], bias)];
    const logits = add(convolve(images, graph.constant(w), { padding: 1 }), graph.constant(b));
    return { logits, separation: null };
  };
  const { separation: _, ...values } = ensembleGraph(graph, raw, {
    networks: [network(3100), network(3200)],
    weights: [0.5, 0.5],
    means: [120],
    stds: [70],
    flips: ALL_FLIPS,
  });
  let run: (tile: Float32Array) => Promise<Record<keyof typeof values, Float32Array>>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const evaluator = await createEvaluator(await nodeRuntime(), graph, { ...values });
    close = () => evaluator.dispose();
    run = async (tile) => {
      const results = await evaluator.run({ images: float32([1, 1, TILE, TILE], tile) });
      const of = (name: string) => Float32Array.from(results[name]?.data ?? [], Number);
      return {
        probabilities: of('probabilities'),
        uncertainty: of('uncertainty'),
        epistemic: of('epistemic'),
        aleatoric: of('aleatoric'),
      };
    };
  });
  afterAll(() => close());

  it.each(reference.cases.filter((c) => c.use_tta))(
    'gives what deepFlash2 gave: Gaussian $use_gaussian, scale $scale',
    async (c) => {
      const ensemble: TileModel = {
        predict: async (batch) => (await run(batch)).probabilities.map(Math.log),
      };
      const options = { ...optionsOf(c), models: [ensemble], means: [0], stds: [1], batchSize: 1 };
      const got = await predictImage(image, { ...options, augmentations: ['none'] });
      expect(
        largestDifference(c.softmax_foreground, got.probabilities.subarray(HEIGHT * WIDTH)),
      ).toBeLessThan(2e-6);
      expect(largestDifference(c.uncertainty, got.uncertainty)).toBeLessThan(2e-6);
    },
  );

  it('tells the uncertainty of a tile, and its two parts add up to it', async () => {
    const tile = Float32Array.from({ length: TILE * TILE }, (_, i) => image.data[i] ?? 0);
    const got = await run(tile);
    const expected = new Float32Array(TILE * TILE);
    uncertainty(got.probabilities, 2, expected);
    got.uncertainty.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(1e-6);
      expect(Math.abs(value - (got.epistemic[i] ?? 0) - (got.aleatoric[i] ?? 0))).toBeLessThan(1e-6);
    });
    expect(Math.max(...got.epistemic)).toBeGreaterThan(0.01);
  });
});
