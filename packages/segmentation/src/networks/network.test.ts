/** Against segmentation_models.pytorch 0.3.3 in double precision. */
import { readdirSync, readFileSync } from 'node:fs';
import { Graph } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { describe, expect, it } from 'vitest';
import { compareNetwork } from '../verification/compare-network.js';
import { parseNetworkReference } from '../verification/network-reference.js';
import {
  type ArchitectureName,
  architectures,
  buildNetwork,
  imageSides,
  type NetworkShape,
} from './network.js';

const folder = new URL('../../fixtures/networks/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

it.each(files)('%s', async (file) => {
  const reference = parseNetworkReference(readFileSync(new URL(file, folder), 'utf8'));
  const { comparisons, differences } = await compareNetwork(await nodeRuntime(), reference);
  expect(differences).toEqual([]);
  expect(comparisons).toHaveLength(4);
});

describe('images', () => {
  const built = (shape: NetworkShape, height: number, width: number): readonly number[] => {
    const graph = new Graph();
    const x = graph.input('x', [1, 2, height, width]);
    return buildNetwork(graph, x, { ...shape, classes: 3, mode: 'evaluate' }).shape;
  };

  it.each(Object.keys(architectures) as ArchitectureName[])(
    'of the smallest size and of a strip are mapped by %s',
    (architecture) => {
      const shape = { architecture, encoder: 'resnet18' } as const;
      const { smallest, multipleOf } = imageSides(shape);
      expect(built(shape, smallest, smallest)).toEqual([1, 3, smallest, smallest]);
      const longer = smallest + multipleOf;
      expect(built(shape, smallest, longer)).toEqual([1, 3, smallest, longer]);
    },
  );
});
