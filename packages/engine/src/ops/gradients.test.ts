/** The gradient of every operator against central differences. Convolutions have a file of their own. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Value } from '../graph/graph.js';
import type { Shape } from '../tensor.js';
import { apart, checkGradients, type GradientCheck, positive } from '../testing/gradient-check.js';
import { gelu, relu6, silu } from './activations.js';
import { add, clamp, div, maximum, minimum, mul, sub } from './arithmetic.js';
import { averagePool } from './average-pool.js';
import { batchNormalise, normaliseBy } from './batch-normalisation.js';
import { expand } from './broadcast.js';
import { flip } from './flip.js';
import { globalAveragePool } from './global-average-pool.js';
import { layerNormalise } from './layer-normalisation.js';
import { matmul } from './matmul.js';
import { maxPool } from './max-pool.js';
import { reduceMax, reduceMean, reduceSum } from './reduce.js';
import { reshape, transpose } from './reshape.js';
import { type ResizeMode, resize } from './resize.js';
import { concat, pad, slice, split } from './slice.js';
import { logSoftmax, softmax } from './softmax.js';
import { splitEvenly } from './split-evenly.js';
import { abs, exp, log, relu, sigmoid, sqrt, square, tanh } from './unary.js';

type Case = [name: string, check: GradientCheck];
const two = (f: (a: Value, b: Value) => Value) => (a: Value, b?: Value) => f(a, b ?? a);
const shape: Shape = [2, 3, 4];

describe('elementwise', () => {
  const pairs: [Shape, Shape][] = [
    [shape, shape],
    [shape, [3, 1]],
    [[4], shape],
    [shape, []],
  ];
  const cases: Case[] = [
    ...pairs.flatMap((shapes): Case[] => [
      [`add ${JSON.stringify(shapes)}`, { shapes, build: two(add) }],
      [`sub ${JSON.stringify(shapes)}`, { shapes, build: two(sub) }],
      [`mul ${JSON.stringify(shapes)}`, { shapes, build: two(mul) }],
      [`div ${JSON.stringify(shapes)}`, { shapes, build: two(div), fill: positive }],
    ]),
    ['maximum', { shapes: [shape, shape], build: two(maximum), fill: apart }],
    ['minimum', { shapes: [shape, shape], build: two(minimum), fill: apart }],
    ['clamp', { shapes: [shape], build: (x) => clamp(x, -1, 1.4), fill: apart }],
    ['exp', { shapes: [shape], build: exp }],
    ['log', { shapes: [shape], build: log, fill: positive }],
    ['sqrt', { shapes: [shape], build: sqrt, fill: positive }],
    ['square', { shapes: [shape], build: square }],
    ['abs', { shapes: [shape], build: abs, fill: apart }],
    ['tanh', { shapes: [shape], build: tanh }],
    ['sigmoid', { shapes: [shape], build: sigmoid }],
    ['silu', { shapes: [shape], build: silu }],
    ['gelu', { shapes: [shape], build: gelu }],
    ['relu6', { shapes: [[5, 3, 4]], build: relu6, fill: apart }],
    ['relu', { shapes: [shape], build: relu, fill: apart }],
  ];
  it.each(cases)('%s', (_, check) => checkGradients(check));
});

describe('shapes and reductions', () => {
  const cases: Case[] = [
    ['reduceSum over axes', { shapes: [shape], build: (x) => reduceSum(x, [0, 2]) }],
    ['reduceMean over all', { shapes: [shape], build: (x) => reduceMean(x) }],
    ['reduceMax', { shapes: [shape], build: (x) => reduceMax(x, [1]), fill: apart }],
    ['expand', { shapes: [[3, 1]], build: (x) => expand(x, [2, 3, 4]) }],
    ['reshape', { shapes: [shape], build: (x) => reshape(x, [4, 6]) }],
    ['transpose', { shapes: [shape], build: (x) => transpose(x, [2, 0, 1]) }],
    [
      'slice with a step',
      {
        shapes: [[2, 7, 5]],
        build: (x) =>
          slice(x, { axis: 1, start: 1, end: 7, step: 3 }, { axis: 2, start: 0, end: 5, step: 2 }),
      },
    ],
    ['pad', { shapes: [shape], build: (x) => pad(x, [0, 1, 2], [1, 0, -1], 3) }],
    ['concat', { shapes: [shape, [2, 1, 4]], build: (a, b) => concat([a, b ?? a], 1) }],
    ['flip', { shapes: [shape, shape], build: (a, b) => mul(flip(a, [0, 2]), b ?? a) }],
    [
      'even parts, one of them unused',
      { shapes: [shape], build: (x) => square(splitEvenly(x, 4, 2)[1] ?? x) },
    ],
    ['split', { shapes: [shape], build: (x) => mul(...(split(x, [2, 2], 2) as [Value, Value])) }],
    [
      'matmul',
      {
        shapes: [
          [2, 3, 4],
          [4, 5],
        ],
        build: two(matmul),
      },
    ],
    [
      'batched matmul',
      {
        shapes: [
          [2, 1, 3, 4],
          [3, 4, 2],
        ],
        build: two(matmul),
      },
    ],
    ['softmax', { shapes: [[2, 3, 4]], build: (x) => softmax(x, 1) }],
    ['logSoftmax', { shapes: [[2, 3, 4]], build: (x) => logSoftmax(x, 1) }],
  ];
  it.each(cases)('%s', (_, check) => checkGradients(check));
});

describe('images', () => {
  const image = fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 4, max: 7 }),
    fc.integer({ min: 4, max: 7 }),
  );

  it('maxPool and averagePool of any kernel, stride and padding', async () => {
    const pool = fc.record({
      kernel: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(image, pool, fc.nat(1), async (size, options, wanted) => {
        const padding = Math.min(wanted, Math.floor(options.kernel / 2));
        await checkGradients({
          shapes: [size],
          build: (x) => maxPool(x, { ...options, padding }),
          fill: apart,
        });
        await checkGradients({ shapes: [size], build: (x) => averagePool(x, { ...options, padding }) });
      }),
      { numRuns: 12, seed: 3 },
    );
  });

  it('resize to any size', async () => {
    const mode = fc.constantFrom<ResizeMode>('nearest', 'bilinear', 'bilinear-aligned');
    await fc.assert(
      fc.asyncProperty(
        image,
        mode,
        fc.integer({ min: 3, max: 15 }),
        fc.integer({ min: 3, max: 15 }),
        async (size, how, height, width) => {
          await checkGradients({ shapes: [size], build: (x) => resize(x, [height, width], how) });
        },
      ),
      { numRuns: 15, seed: 4 },
    );
    await checkGradients({ shapes: [[2, 3, 3, 4]], build: (x) => resize(x, [6, 12], 'nearest') });
  });

  it('maxPool with another padding on each side', async () => {
    const pool = { kernel: 3, stride: 2, padding: [0, 0, 1, 1] } as const;
    await checkGradients({ shapes: [[1, 2, 6, 4]], build: (x) => maxPool(x, pool), fill: apart });
  });

  it('globalAveragePool', () => checkGradients({ shapes: [[2, 3, 3, 4]], build: globalAveragePool }));

  it.each([1, 3])('layer normalisation over axis %i', async (axis) => {
    const size = [2, 5, 3, 4];
    await checkGradients({
      shapes: [size, [size[axis] ?? 0], [size[axis] ?? 0]],
      build: (x, gamma = x, beta = x) => layerNormalise(x, gamma, beta, { axis }),
    });
  });

  it('batch normalisation in training and in evaluation', async () => {
    const shapes: Shape[] = [[3, 2, 3, 4], [2], [2]];
    await checkGradients({ shapes, build: (x, gamma, beta) => batchNormalise(x, gamma ?? x, beta ?? x).y });
    await checkGradients({
      shapes: [...shapes, [2], [2]],
      build: (x, gamma = x, beta = x, mean = x, variance = x) =>
        normaliseBy(x, { gamma, beta, mean, variance }),
      fill: positive,
    });
  });
});
