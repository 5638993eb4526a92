/** Against the state dicts of timm 0.9.7, torchvision 0.14 and segmentation_models.pytorch 0.3.3. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encoderNames } from './encoder-names.js';

type Table = readonly (readonly [string, readonly number[]])[];
interface Published {
  readonly network: Table;
  readonly published: Readonly<Record<string, Table>>;
}

const fixture = new URL('../../fixtures/weights/names.json', import.meta.url);
const tables: Record<string, Published> = JSON.parse(readFileSync(fixture, 'utf8'));
const cases = Object.entries(tables).flatMap(([encoder, { network, published }]) =>
  Object.entries(published).map(([file, table]) => ({ encoder, file, table, network })),
);

describe.each(cases)('$file as $encoder', ({ encoder, table, network }) => {
  const translated = (prefix: string) => {
    const names = encoderNames(
      encoder,
      table.map(([name]) => prefix + name),
    );
    return table.flatMap(([name, shape]) => {
      const own = names.get(prefix + name);
      return own === undefined ? [] : [[own, shape] as const];
    });
  };

  it('has every name of the encoder, with the same shape', () => {
    const found = new Map(translated(''));
    const channelsOpen = (shape: readonly number[]) => [shape[0], ...shape.slice(2)];
    expect([...found.keys()].sort()).toEqual(expect.arrayContaining(network.map(([name]) => name).sort()));
    for (const [name, shape] of network) {
      expect(channelsOpen(found.get(name) ?? []), name).toEqual(channelsOpen(shape));
    }
    expect(found.size).toBeLessThanOrEqual(network.length + 2);
  });

  it('is read in the same way behind the prefix of a wrapper', () => {
    expect(translated('module.')).toEqual(translated(''));
  });
});

it('takes the encoder out of a whole network, whatever it is wrapped in', () => {
  const whole = ['encoder.conv1.weight', 'decoder.blocks.0.conv1.0.weight', 'segmentation_head.0.bias'];
  expect([...encoderNames('resnet18', whole)]).toEqual([['encoder.conv1.weight', 'conv1.weight']]);
  const wrapped = whole.map((name) => `model.${name}`);
  expect(encoderNames('resnet18', wrapped).get('model.encoder.conv1.weight')).toBe('conv1.weight');
});

it('reads the names of old densenets', () => {
  const old = 'features.denseblock1.denselayer2.norm.1.running_mean';
  expect(encoderNames('densenet121', [old]).get(old)).toBe(
    'features.denseblock1.denselayer2.norm1.running_mean',
  );
});
