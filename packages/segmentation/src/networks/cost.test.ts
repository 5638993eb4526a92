import {
  convolve,
  convolveTransposed,
  differentiate,
  Graph,
  kaimingUniformFanIn,
  matmul,
  reduceSum,
} from '@deepflash/engine';
import { expect, it } from 'vitest';
import { networkCost } from './cost.js';
import { encoders } from './network.js';

it('counts a ResNet-18 as PyTorch does', () => {
  const graph = new Graph();
  const x = graph.input('x', [1, 3, 256, 256]);
  encoders.resnet18.features(
    { graph, mode: 'evaluate', initialise: kaimingUniformFanIn, dropout: 'off' },
    'encoder',
    x,
  );
  // torchvision's resnet18 without its classifier, a hook on every Conv2d.
  expect(networkCost(graph)).toMatchObject({ parameters: 11_176_512, multiplyAdds: 2_368_733_184 });
});

it('counts groups, transposed convolutions and matrix products', () => {
  const graph = new Graph();
  const x = graph.input('x', [1, 8, 10, 10]);
  convolve(x, graph.input('depthwise', [8, 1, 3, 3]), { padding: 1, groups: 8 });
  expect(networkCost(graph).multiplyAdds).toBe(100 * 8 * 9);
  convolveTransposed(x, graph.input('transposed', [8, 4, 2, 2]), { stride: 2 });
  expect(networkCost(graph).multiplyAdds).toBe(100 * 8 * 9 + 100 * 8 * 4 * 4);
  matmul(graph.input('a', [5, 6]), graph.input('b', [6, 7]));
  expect(networkCost(graph).multiplyAdds).toBe(100 * 8 * 9 + 100 * 8 * 4 * 4 + 5 * 6 * 7);
});

it('finds both gradients of a convolution as dear as the convolution', () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 4, 16, 16]);
  const weight = graph.input('weight', [6, 4, 3, 3]);
  const y = convolve(x, weight, { padding: 1 });
  const once = networkCost(graph).multiplyAdds;
  differentiate(reduceSum(y), [x, weight]);
  expect(networkCost(graph).multiplyAdds).toBe(3 * once);
});
