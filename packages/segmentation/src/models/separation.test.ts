import { Graph } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { expect, test } from 'vitest';
import { buildHeads } from '../networks/network.js';
import { rowsOf } from '../prediction/plane-rows.js';
import type { PredictedRows } from '../prediction/predicted-rows.js';
import { type Models, predictRowsWithModels } from '../prediction/whole-image.js';
import { deterministic, referenceWeight } from '../testing/deterministic.js';
import { encodeEnsembleFile } from './ensemble-file.js';
import { encodeModelFile, openModel } from './model-file.js';

const network = { architecture: 'Linknet', encoder: 'mobilenet_v2', classes: 2 } as const;
const description = {
  ...{ schemaVersion: 1 as const, ...network, channels: 1, tileSize: 32, scale: 1 },
  ...{ means: [100], stds: [50], classValues: [0, 255], separation: 'distance' as const },
};
const planes = {
  ...{ channels: 1, height: 32, width: 40 },
  data: Float32Array.from({ length: 32 * 40 }, (_, i) => 200 * deterministic(i, 5)),
};

function weightsOf(series: number) {
  const graph = new Graph();
  const images = graph.input('images', [1, 1, 32, 32]);
  buildHeads(graph, images, { ...network, separation: 'distance', mode: 'evaluate' });
  return new Map(
    graph.variables.map(({ name, value }, t) => [name, referenceWeight(name, value.shape, series + t)]),
  );
}

async function predicted(models: Models) {
  const parts: PredictedRows[] = [];
  await predictRowsWithModels(rowsOf(planes), models, { augmentation: 'turns' }, (rows) => {
    parts.push(rows);
  });
  return parts.flatMap(({ separation, probabilities }) => [...separation, ...probabilities]);
}

test('a network with a second head, and the file of an ensemble of it, say where objects part', async () => {
  const runtime = await nodeRuntime();
  const weights = weightsOf(3000);
  const ensemble = { weights: [1], augmentation: 'flips' as const };
  const one = await openModel(runtime, encodeModelFile(network, description, weights));
  const whole = await openModel(
    runtime,
    encodeEnsembleFile(network, { ...description, ensemble }, [weights]),
  );
  try {
    const apart = await predicted([one]);
    const together = await predicted([whole]);
    expect(apart).toHaveLength(4 * 32 * 40);
    expect(apart.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(new Set(apart).size).toBeGreaterThan(100);
    const differences = apart.map((value, i) => Math.abs(value - (together[i] ?? Number.NaN)));
    expect(differences.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-4);
  } finally {
    for (const model of [one, whole]) await model.dispose();
  }
});
