import { float32, Graph, type Tensor } from '@deepflash/engine';
import { expect, test } from 'vitest';
import { buildNetwork } from '../networks/network.js';
import { foreignNetwork } from './foreign-network.js';

const shape = { architecture: 'Unet', encoder: 'resnet18' } as const;

function weights(classes: number, channels: number, prefix = ''): Map<string, Tensor> {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, channels, 64, 64]), { ...shape, classes, mode: 'evaluate' });
  const named = graph.variables.map(({ name, value }): [string, Tensor] => [
    `${prefix}${name}`,
    float32(value.shape, new Float32Array(value.shape.reduce((a, b) => a * b, 1)).fill(0.5)),
  ]);
  // Files are sorted by name, and PyTorch counts batches.
  return new Map(
    [...named, [`${prefix}encoder.bn1.num_batches_tracked`, float32([], [3])]].sort() as typeof named,
  );
}

test('classes and channels follow from the weights, whatever stands before their names', () => {
  const found = foreignNetwork(shape, weights(3, 2, 'model.'));
  expect(found).toMatchObject({ classes: 3, channels: 2 });
  expect(found.weights.has('encoder.conv1.weight')).toBe(true);
  expect(found.weights.has('encoder.bn1.num_batches_tracked')).toBe(false);
});

test('a single class becomes a second one', () => {
  const one = weights(2, 1);
  const head = float32([1, 16, 3, 3], new Float32Array(144).fill(2));
  one.set('segmentation_head.0.weight', head).set('segmentation_head.0.bias', float32([1], [7]));
  const found = foreignNetwork(shape, one);
  expect(found.classes).toBe(2);
  expect(Array.from(found.weights.get('segmentation_head.0.bias')?.data ?? [], Number)).toEqual([0, 7]);
  const data = Array.from(found.weights.get('segmentation_head.0.weight')?.data ?? [], Number);
  expect([data[0], data[143], data[144], data[287]]).toEqual([0, 0, 2, 2]);
});

test('weights of another network are refused with what is missing', () => {
  expect(() => foreignNetwork(shape, new Map())).toThrow(/segmentation_head/);
  const other = weights(2, 1);
  other.delete('decoder.blocks.0.conv1.0.weight');
  expect(() => foreignNetwork(shape, other)).toThrow(/decoder\.blocks\.0\.conv1\.0\.weight/);
});
