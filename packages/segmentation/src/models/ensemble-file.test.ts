import { Graph } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { expect, test } from 'vitest';
import { buildNetwork } from '../networks/network.js';
import { predictWithModels } from '../prediction/whole-image.js';
import { deterministic, referenceWeight } from '../testing/deterministic.js';
import { type EnsembleDescription, encodeEnsembleFile } from './ensemble-file.js';
import { encodeModelFile, openModel } from './model-file.js';

const network = { architecture: 'Unet', encoder: 'mobilenet_v2', classes: 3 } as const;
const weights = [0.2, 0.8];
const description: EnsembleDescription = {
  schemaVersion: 1,
  ...network,
  channels: 2,
  tileSize: 64,
  scale: 1,
  means: [110, 600],
  stds: [60, 200],
  classValues: [0, 128, 255],
  ensemble: { weights, augmentation: 'flips' },
};
const planes = {
  channels: 2,
  height: 70,
  width: 90,
  data: Float32Array.from(
    { length: 2 * 70 * 90 },
    (_, i) => 200 * deterministic(i, 5) + (i < 6300 ? 0 : 500),
  ),
};

/** Weights that differ from network to network. */
function weightsOf(series: number) {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 2, 64, 64]), { ...network, mode: 'evaluate' });
  return new Map(
    graph.variables.map(({ name, value }, t) => [name, referenceWeight(name, value.shape, series + t)]),
  );
}

test('the file of an ensemble predicts as its networks do together', async () => {
  const runtime = await nodeRuntime();
  const networks = [weightsOf(2000), weightsOf(4000)];
  const { ensemble: _, ...single } = description;
  const [first, second] = await Promise.all(
    networks.map((one) => openModel(runtime, encodeModelFile(network, single, one))),
  );
  const whole = await openModel(runtime, encodeEnsembleFile(network, description, networks));
  if (!first || !second) throw new Error('Two networks were opened.');
  try {
    expect(whole.description).toEqual(description);
    const apart = await predictWithModels(planes, [first, second], { augmentation: 'flips', weights });
    const together = await predictWithModels(planes, [whole], { augmentation: 'flips' });
    for (const values of ['probabilities', 'uncertainty'] as const) {
      const difference = together[values].map((value, i) =>
        Math.abs(value - (apart[values][i] ?? Number.NaN)),
      );
      expect(difference.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-5);
    }
    expect(new Set(together.mask).size).toBeGreaterThan(1);
    // What an image does not say is the mean for both.
    const data = planes.data.map((value, i) => [Number.NaN, Number.NEGATIVE_INFINITY][i % 40] ?? value);
    const gaps = { ...planes, data };
    const filled = await predictWithModels(gaps, [first, second], { augmentation: 'flips', weights });
    const { probabilities } = await predictWithModels(gaps, [whole], { augmentation: 'flips' });
    const far = probabilities.filter(
      (p, i) => !(Math.abs(p - (filled.probabilities[i] ?? Number.NaN)) < 1e-5),
    );
    expect(far).toHaveLength(0);
    const equal = await predictWithModels(planes, [first, second], { augmentation: 'flips' });
    expect(equal.probabilities).not.toEqual(apart.probabilities);
  } finally {
    for (const model of [first, second, whole]) await model.dispose();
  }
});
