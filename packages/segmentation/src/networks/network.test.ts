/** Against segmentation_models.pytorch 0.3.3 in double precision. */
import { readdirSync, readFileSync } from 'node:fs';
import { createEvaluator, Graph, lower, sizeOf, type Tensor } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { describe, expect, it } from 'vitest';
import { referenceImage, referenceWeight } from '../testing/deterministic.js';
import { compareNetwork } from '../verification/compare-network.js';
import { parseNetworkReference } from '../verification/network-reference.js';
import { architectureNames } from './catalogue.js';
import { buildNetwork, imageSides, NetworkError } from './network.js';

it('reads images without dilation where an encoder cannot be dilated and the architecture does not need it', () => {
  expect(imageSides({ architecture: 'PAN', encoder: 'vgg16_bn' })).toEqual({ multipleOf: 32, smallest: 256 });
  expect(imageSides({ architecture: 'PAN', encoder: 'resnet18' })).toEqual({ multipleOf: 16, smallest: 128 });
  expect(() => imageSides({ architecture: 'DeepLabV3', encoder: 'vgg16_bn' })).toThrow(NetworkError);
});

it.each(architectureNames)(
  '%s goes with every kind of encoder, some channels and classes',
  (architecture) => {
    const kinds = ['resnet18', 'efficientnet-b0', 'densenet121', 'vgg16_bn', 'tu-convnext_tiny'] as const;
    for (const [index, encoder] of kinds.entries()) {
      if (architecture.startsWith('DeepLab') && /densenet|vgg/.test(encoder)) continue;
      const graph = new Graph();
      const size = [1, index + 1, 256, 256];
      const logits = buildNetwork(graph, graph.input('images', size), {
        architecture,
        encoder,
        classes: 5 - index,
        mode: 'train',
      });
      expect(logits.shape).toEqual([1, 5 - index, 256, 256]);
    }
  },
);

const folder = new URL('../../fixtures/networks/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

it.each(files)('%s', async (file) => {
  const reference = parseNetworkReference(readFileSync(new URL(file, folder), 'utf8'));
  const { comparisons, differences } = await compareNetwork(await nodeRuntime(), reference);
  expect(differences).toEqual([]);
  expect(comparisons).toHaveLength(5);
});

describe.each(architectureNames)('%s', (architecture) => {
  const shape = { architecture, encoder: 'efficientnet-b0' } as const;
  const { smallest, multipleOf } = imageSides(shape);
  const built = (size: readonly number[]) => {
    const graph = new Graph();
    const x = graph.input('images', size);
    return { graph, logits: buildNetwork(graph, x, { ...shape, classes: 3, mode: 'evaluate' }) };
  };

  it('takes images of the smallest size and gives logits of that size', () => {
    expect(built([1, 2, smallest, smallest]).logits.shape).toEqual([1, 3, smallest, smallest]);
    expect(() => built([1, 2, smallest, smallest + 1])).toThrow(NetworkError);
  });

  it('serves other sizes and batches from a model that leaves them open', async () => {
    const runtime = await nodeRuntime({ threads: 1 });
    const size = [2, 1, smallest + multipleOf, smallest + 2 * multipleOf];
    const x = referenceImage(size);
    const direct = built(size);
    const weights = new Map<string, Tensor>(
      direct.graph.variables.map(({ name, value }, t) => [name, referenceWeight(name, value.shape, t)]),
    );
    const evaluator = await createEvaluator(runtime, direct.graph, { logits: direct.logits });
    const expected = await evaluator.run({ images: x, ...Object.fromEntries(weights) });
    const small = built([1, 1, smallest, smallest]);
    const open = { 0: 'batch', 2: 'height', 3: 'width' };
    const model = lower(small.graph, {
      outputs: { logits: small.logits },
      variables: weights,
      openAxes: { images: open, logits: open },
    });
    const session = await runtime.InferenceSession.create(model, runtime.sessionOptions);
    const found = await session.run({ images: new runtime.Tensor('float32', x.data as Float32Array, size) });
    const wanted = expected.logits?.data as Float32Array;
    const numbers = found.logits?.data as Float32Array;
    expect(numbers).toHaveLength(sizeOf([2, 3, ...size.slice(2)]));
    const largest = numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? 0))), 0);
    expect(largest).toBeLessThan(1e-4);
    await Promise.all([evaluator.dispose(), session.release()]);
  });
});
