import { float32, Graph, StateError, type Tensor } from '@deepflash/engine';
import { expect, it } from 'vitest';
import { buildHeads, buildNetwork } from '../networks/network.js';
import { adaptFirstConvolution } from './first-convolution.js';
import { fitEncoder, fitNetwork } from './fit.js';

const network = { architecture: 'Unet', encoder: 'resnet18', classes: 2 } as const;

/** Numbers for every parameter of the network, by its names. */
function weights(channels: number, classes: number): Map<string, Tensor> {
  const graph = new Graph();
  const images = graph.input('images', [1, channels, 64, 64]);
  buildNetwork(graph, images, { ...network, classes, mode: 'evaluate' });
  return new Map(
    graph.variables.map(({ name, value }) => {
      const tensor = float32(value.shape);
      for (let index = 0; index < tensor.data.length; index++) {
        tensor.data[index] = ((31 * index + name.length) % 101) / 50 - 1;
      }
      return [name, tensor];
    }),
  );
}

it('sums the channels for grey images, and repeats them in turn for more', () => {
  const weight = float32([1, 3, 1, 1], [1, 2, 4]);
  expect([...adaptFirstConvolution(weight, 1).data]).toEqual([7]);
  expect([...adaptFirstConvolution(weight, 2).data]).toEqual([1.5, 3]);
  const five = [...adaptFirstConvolution(weight, 5).data];
  [1, 2, 4, 1, 2].forEach((value, index) => {
    expect(five[index]).toBeCloseTo((value * 3) / 5, 6);
  });
});

it('does not ask for layers that the network has but does not use, which a model.onnx lacks', () => {
  const shallow = { ...network, encoderDepth: 3, decoderChannels: [8, 8, 8] } as const;
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 64, 64]), { ...shallow, mode: 'evaluate' });
  const all = new Map(graph.variables.map(({ name, value }) => [name, float32(value.shape)]));
  const used = new Map([...all].filter(([name]) => !/^encoder\.layer[34]\./.test(name)));
  expect(all.size).toBeGreaterThan(used.size);
  const { weights: fitted } = fitNetwork({ network: shallow, channels: 1 }, used);
  expect([...fitted.keys()]).toEqual([...used.keys()]);
  expect(fitNetwork({ network: shallow, channels: 1 }, all).weights.size).toBe(all.size);
  used.delete('encoder.layer2.0.conv1.weight');
  expect(() => fitNetwork({ network: shallow, channels: 1 }, used)).toThrow(
    /encoder.layer2.0.conv1.weight is missing/,
  );
});

it('fits the encoder of a classifier of colour images to a network for grey ones', () => {
  const alone = [...weights(3, 2)]
    .filter(([name]) => name.startsWith('encoder.'))
    .map(([name, tensor]) => [name.slice(8), tensor] as const);
  const given = new Map<string, Tensor>([...alone, ['fc.weight', float32([1000, 512])]]);
  const { weights: fitted, notices } = fitEncoder({ network, channels: 1 }, given);
  expect(fitted.size).toBe(alone.length);
  expect(fitted.get('encoder.conv1.weight')?.shape).toEqual([64, 1, 7, 7]);
  expect(fitted.get('encoder.bn1.weight')).toBe(given.get('bn1.weight'));
  expect(notices).toEqual(['The first convolution was made for images of 3 channels and is adapted to 1.']);
});

it('lists all that is missing or has another shape', () => {
  const given = weights(1, 2);
  given.delete('encoder.bn1.bias');
  given.set('encoder.layer1.0.conv1.weight', float32([64, 64, 1, 1]));
  const fit = () => fitEncoder({ network, channels: 1 }, given);
  expect(fit).toThrow(StateError);
  expect(fit).toThrow(
    'encoder.bn1.bias is missing; encoder.layer1.0.conv1.weight has the shape [64, 64, 1, 1], not [64, 64, 3, 3].',
  );
});

it('goes on from a whole network with other classes and channels', () => {
  const { weights: fitted, notices } = fitNetwork({ network, channels: 2 }, weights(1, 5));
  expect(fitted.has('segmentation_head.0.weight')).toBe(false);
  expect(fitted.has('decoder.blocks.4.conv2.1.running_var')).toBe(true);
  expect(fitted.get('encoder.conv1.weight')?.shape).toEqual([64, 2, 7, 7]);
  expect(notices).toHaveLength(2);
  expect(fitNetwork({ network, channels: 1 }, weights(1, 2)).notices).toEqual([]);
});

it('keeps a second head, or begins one anew', () => {
  const target = { network: { ...network, separation: 'distance' as const }, channels: 1 };
  const { weights: without, notices } = fitNetwork(target, weights(1, 2));
  expect([...without.keys()].filter((name) => name.startsWith('separation_head.'))).toEqual([]);
  expect(notices).toEqual([expect.stringMatching(/second head, .* starts from random weights/)]);
  const graph = new Graph();
  buildHeads(graph, graph.input('images', [1, 1, 64, 64]), { ...target.network, mode: 'train' });
  const given = new Map(graph.variables.map(({ name, value }) => [name, float32(value.shape)]));
  expect(fitNetwork(target, given)).toMatchObject({ notices: [], weights: { size: given.size } });
});

it('refuses a network of another shape', () => {
  const given = new Map([...weights(1, 2)].filter(([name]) => !name.startsWith('decoder.blocks.1')));
  expect(() => fitNetwork({ network, channels: 1 }, given)).toThrow(
    /decoder\.blocks\.1\.conv1\.0\.weight is missing/,
  );
});
